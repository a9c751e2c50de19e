/** Which rule of the fault script acts on an event. */
import type { GatewayName } from '../../ids.ts';
import type { Random } from './random.ts';
import type { Action, FaultRule, FaultScript, Step } from './script.ts';

interface ScriptEvent {
  readonly step: Step;
  readonly gateway: GatewayName;
  /** Native model name, where the event is about one. */
  readonly model?: string;
  readonly task?: string;
  /** The body of the submit that the event is about, as sent. */
  readonly body?: string;
}

export interface Rules {
  /**
   * The fault for this event; `undefined`: none. Counts the event, so ask once
   * per event.
   */
  act(event: ScriptEvent): { readonly action: Action; readonly rule: string } | undefined;
}

/** Rules with their own counters, all at zero. */
export function openRules(script: FaultScript, random: Random): Rules {
  const rules = (script.rules ?? []).map((rule, index) =>
    openRule(rule, rule.name ?? `rule ${index + 1}: ${rule.do.fault}`, random),
  );
  return {
    act(event) {
      // Every rule counts every event that fits it, also those on which an earlier rule acts: "the
      // third ask" stays the third.
      const acting = rules.filter((rule) => rule.fits(event));
      return acting[0]?.take();
    },
  };
}

function openRule({ when, do: action }: FaultRule, name: string, random: Random) {
  const seen = new Map<string, number>();
  let left = when.times ?? Number.POSITIVE_INFINITY;
  const per = when.per ?? (when.step === 'ask' || when.step === 'download' ? 'task' : 'all');
  return {
    fits(event: ScriptEvent): boolean {
      if (when.step !== event.step) return false;
      if (when.gateway !== undefined && when.gateway !== event.gateway) return false;
      if (when.model !== undefined && when.model !== event.model) return false;
      if (
        when.prompt !== undefined &&
        event.body?.toLowerCase().includes(when.prompt.toLowerCase()) !== true
      )
        return false;
      const key = per === 'task' ? (event.task ?? '') : per === 'body' ? (event.body ?? '') : '';
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (
        when.nth !== undefined &&
        !(typeof when.nth === 'number' ? [when.nth] : when.nth).includes(count)
      )
        return false;
      if (when.first !== undefined && count > when.first) return false;
      if (when.every !== undefined && count % when.every !== 0) return false;
      if (when.probability !== undefined && random.next() >= when.probability) return false;
      return left > 0;
    },
    take(): { readonly action: Action; readonly rule: string } {
      left -= 1;
      return { action, rule: name };
    },
  };
}
