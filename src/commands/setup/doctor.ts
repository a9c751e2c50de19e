/**
 * `rushes doctor`: what is missing on this machine, and what to do about it. Asks each gateway with
 * a key for its balance and a store whether it answers; changes nothing, prints no secret.
 */
import { access, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../defined.ts';
import type { Gateway } from '../../gateways/gateway.ts';
import { originsOf } from '../../gateways/open.ts';
import { decoderHere } from '../../pictures/frames/decoder.ts';
import { systemGit } from '../../ports/git.ts';
import { proxiesIn } from '../../ports/http/proxies.ts';
import { usd } from '../../report/text/format.ts';
import { reachStore } from '../../workflow/store/clips-in-store.ts';
import { openNetwork } from '../../workflow/open/open-network.ts';
import { EXIT, type Io, UsageError } from '../shared/io.ts';
import { findManifests } from '../shared/load-projects.ts';

interface Finding {
  readonly good: boolean;
  readonly what: string;
  /** The next step. */
  readonly next?: string;
}

export async function doctor(io: Io): Promise<number> {
  const findings = [
    nodeVersion(),
    ...(await manifests(io)),
    ...proxies(io),
    ...(await gateways(io)),
    ...(await storeOfClips(io)),
    await frames(),
    ...(await repository(io)),
  ];
  for (const { good, what, next } of findings)
    io.stdout.write(
      `${good ? 'ok  ' : 'todo'}  ${what}${next === undefined ? '' : `\n      ${next}`}\n`,
    );
  return EXIT.done;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    good,
    what: `Node.js ${process.versions.node}`,
    ...(good ? {} : { next: '20.19 or newer is needed' }),
  };
}

async function manifests(io: Io): Promise<Finding[]> {
  try {
    const found = await findManifests(io, []);
    await access(path.resolve(io.cwd, 'manifests'), constants.W_OK);
    return [
      {
        good: true,
        what: `${found.length === 1 ? 'one manifest' : `${found.length} manifests`} in manifests/, which can be written`,
      },
    ];
  } catch (error) {
    if (error instanceof UsageError)
      return [{ good: false, what: error.message, next: 'rushes init' }];
    return [
      {
        good: false,
        what: 'manifests/ cannot be written',
        next: 'Locks and journals are written there, so a run needs it.',
      },
    ];
  }
}

/** Only if there is one: it is the first thing to look at when a gateway does not answer. */
function proxies({ env }: Io): Finding[] {
  const proxyFor = proxiesIn(env);
  const found = new Map<string, { readonly good: boolean; readonly gateways: string[] }>();
  for (const [gateway, origin] of originsOf(env)) {
    const proxy = proxyFor(new URL(origin));
    if (proxy === undefined) continue;
    const good = !('problem' in proxy);
    const what = 'problem' in proxy ? proxy.problem : `through the proxy ${proxy.shown}`;
    const known = found.get(what);
    if (known === undefined) found.set(what, { good, gateways: [gateway] });
    else known.gateways.push(gateway);
  }
  return [...found].map(([what, { good, gateways: named }]) =>
    good ? { good, what: `${named.join(' and ')}: requests go ${what}` } : { good, what },
  );
}

async function gateways(io: Io): Promise<Finding[]> {
  const network = await openNetwork(io, {});
  try {
    return await Promise.all(
      [...network.opened].map(async ([name, one]): Promise<Finding> => {
        if ('gateway' in one) return balanceOf(one.gateway);
        if ('missingKey' in one)
          return {
            good: false,
            what: `${name}: ${one.missingKey} is not set`,
            next: 'Needed to render there. validate, plan and --draft work without it.',
          };
        const { variable, message } = one.badSetting;
        return { good: false, what: `${name}: ${variable} ${message}` };
      }),
    );
  } finally {
    await network.close();
  }
}

/** The one question that needs the key and costs nothing. */
async function balanceOf(gateway: Gateway): Promise<Finding> {
  const { name, keyVariable } = gateway;
  const answer = await gateway.balance(AbortSignal.timeout(LONGEST_WAIT_MS));
  if (!('kind' in answer)) {
    const money = answer.usd === undefined ? 'unlimited' : usd(answer.usd);
    return {
      good: answer.usd === undefined || answer.usd > 0,
      what: `${name}: the key works, balance ${money}`,
      ...(answer.usd !== undefined && answer.usd <= 0
        ? { next: 'Nothing can be submitted until the account is topped up.' }
        : {}),
    };
  }
  return answer.auth === true
    ? {
        good: false,
        what: `${name}: the key in ${keyVariable} is refused: ${answer.reason}`,
        next: `Set ${keyVariable} to a key of this account.`,
      }
    : {
        good: false,
        what: `${name}: a key is set, and the gateway did not answer: ${answer.reason}`,
        next: 'Check the network, and the base URL if one is set.',
      };
}

const LONGEST_WAIT_MS = 15_000;

async function frames(): Promise<Finding> {
  const here = await decoderHere();
  return here.kind === 'none'
    ? {
        good: false,
        what: 'nothing takes frames of clips: scenes that continue another clip cannot be rendered',
        next: here.hint,
      }
    : { good: true, what: `frames of clips are taken with ${here.kind}` };
}

/** If none is set there is nothing to do: clips then stay on this machine. */
async function storeOfClips(io: Io): Promise<Finding[]> {
  const asked = await reachStore(io);
  switch (asked.kind) {
    case 'none':
      return [];
    case 'reached':
      return [{ good: true, what: `the store ${asked.address} answers` }];
    case 'problem': {
      const { problem, remedy } = asked;
      return [
        {
          good: false,
          what: `the store: ${problem}`,
          ...defined({ next: remedy }),
        },
      ];
    }
  }
}

async function repository(io: Io): Promise<Finding[]> {
  const git = systemGit(io.cwd, io.env);
  const inside = await git.run(['rev-parse', '--is-inside-work-tree']);
  if (!inside.ok)
    return [
      {
        good: false,
        what: 'no git repository here',
        next: 'Locks belong in git: git init',
      },
    ];
  const findings: Finding[] = [{ good: true, what: 'a git repository' }];
  const lockIgnored = await git.run(['check-ignore', '-q', 'manifests/film.lock.json']);
  if (lockIgnored.ok)
    findings.push({
      good: false,
      what: 'locks are ignored by git',
      next: 'Without the lock another machine pays again: remove *.lock.json from .gitignore',
    });
  const outIgnored = await git.run(['check-ignore', '-q', 'out/film/scene/clip.mp4']);
  findings.push({
    good: outIgnored.ok,
    what: outIgnored.ok ? 'clips (out/) are ignored by git' : 'clips (out/) are not ignored by git',
    ...(outIgnored.ok ? {} : { next: 'echo out/ >> .gitignore' }),
  });
  const driver = await git.run(['config', '--get', 'merge.rushes-lock.driver']);
  const attributes = await readFile(path.resolve(io.cwd, '.gitattributes'), 'utf8').catch(() => '');
  const installed = driver.ok && attributes.includes('merge=rushes-lock');
  findings.push({
    good: installed,
    what: installed
      ? 'the merge driver for locks is installed'
      : 'the merge driver for locks is not installed',
    ...(installed ? {} : { next: 'rushes init --git' }),
  });
  return findings;
}
