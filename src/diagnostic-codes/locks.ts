/** Pages of the codes about locks, journals and the spend record. */
import type { Explanation } from './explanation.ts';

export const LOCKS = {
  'journal-damaged': {
    title: "A line of a run's journal cannot be read.",
    page: `The journal records every step of a run that could cost money, one checksummed line each. A killed run can leave an incomplete last line; that is not damage. A bad line before the last one means that the disk or a person changed the file:

    {"crc32":"9ae0daaf","event":{"kind":"accepted","at":"2026-

All other lines were read, and their results are in the lock. The damaged file is kept beside the journal, under a name that ends in .damaged. If the line was about an accepted task, the gateway still has the task: find it in the gateway's own list and adopt it:

    rushes import crab/kling task_01ABC`,
  },
  'lock-changed': {
    title: 'The lock file was changed while rushes was running.',
    page: `Something else wrote or removed the lock during a run: a git checkout, a pull, an editor. Nothing is lost: a removed lock is written again from the journal, and a changed one is merged with the results of the run.

    git pull            # while rushes render is running

Before you change branches, wait for the run to end, or stop it with Ctrl-C (you can continue it later):

    git pull            # after rushes render has ended`,
  },
  'lock-conflict': {
    title: 'The lock contains the markers of a git merge that was not finished.',
    page: `Two branches rendered, and git could not merge their locks line by line:

    <<<<<<< HEAD
        "task": "task_01ABC",
    =======
        "task": "task_01XYZ",
    >>>>>>> feature

Do not pick one side by hand: the other side's clips are paid for too. Let rushes merge, which keeps both (rushes init --git makes git do this automatically):

    rushes lock merge manifests/film.lock.json`,
  },
  'lock-invalid': {
    title: 'The lock file cannot be read.',
    page: `The lock says what was rendered and paid for, so rushes never guesses or skips a part of it. Text that is not JSON, an unknown key, a duplicate key or a value of the wrong type stops every command before anything is paid. The usual cause is an edit or a merge by hand:

    "status": "complete",

Take the last good version from git (git log -p -- manifests/film.lock.json), then run rushes collect, which fetches clips that were paid for. Here the word is

    "status": "completed",`,
  },
  'lock-newer': {
    title: 'The lock was written by a newer rushes.',
    page: `The number after lockVersion is the version of the format. This program knows an older version, and would lose data that it cannot read:

    "lockVersion": 2,

Use the version of rushes that wrote the file, here and in CI (npm install rushes@latest). This one writes

    "lockVersion": 1,`,
  },
  'paid-elsewhere': {
    title: "Another manifest's lock already holds this request.",
    page: `Another lock in the same folder already has the clip of this render, and its manifest does not use the clip any more. Usually a scene was moved from one manifest to another, and only one of them was named. Nothing is sent, because the render would be paid for twice:

    rushes plan manifests/new.yaml

If the old manifest is gone because the file itself was renamed, rename its lock too:

    git mv manifests/old.lock.json manifests/new.lock.json

Otherwise name both manifests (if you name none, both are in the plan anyway). The result then moves with its clip, its history and its decisions. It costs nothing:

    rushes plan manifests/old.yaml manifests/new.yaml

If you want to render it once more, let it move first, then run \`rushes redo\`.`,
  },
  'pick-conflict': {
    title: 'Two branches chose differently for one scene.',
    page: `Each branch picked a different clip for the scene, or one branch picked the clip that the other rejected. A merge of the locks keeps both decisions, because rushes cannot know which one is right. It exits with code 5, which git shows as a conflict. The file itself is valid:

    git merge other   # there, rushes pick crab/kling/2; here, rushes pick crab/kling
    rushes plan

Choose, then add the lock to the merge:

    rushes pick crab/kling/2
    git add manifests/film.lock.json
    rushes plan

To keep both clips: rushes pick crab/sora --also. Until you decide, a scene that continues this one is held, because it is unknown which clip it continues.`,
  },
  'reservation-cleared': {
    title: 'A machine that is gone reserved this request and never sent it.',
    page: `With the spend record on a git remote (\`--record\`, or the action), each request is reserved there before it is sent. If a machine is lost, such as a runner with its disk, its reservations have no known outcome. EvoLink lists its tasks. If, ten minutes later, the list has no unexplained video task from that time, the request was never accepted. The reservation is released, and the render is sent:

    rushes render --record origin

You need not do anything. The next run is as usual:

    rushes render --record origin   # once more`,
  },
  'reservation-open': {
    title: 'A task at the gateway may belong to a reserved request.',
    page: `This is like \`reservation-cleared\`, but the gateway's list has an unexplained task from that time, of that model or of another one that the gateway may have answered with. The render is held (exit 5):

    rushes render --record origin

Look at the task in your account at the gateway. If it belongs to the render, run \`rushes recover crab/kling --adopt <task>\`. If not:

    rushes recover crab/kling --never-happened
    rushes render --record origin`,
  },
  'run-recovered': {
    title: 'An earlier run was killed, and its journal was recovered.',
    page: `The previous run could not write its lock: it was killed, or the machine stopped. Every step that could cost money was in its journal, and is in the lock now. Running tasks are followed and their clips are fetched, and nothing is sent twice:

    rushes render     # killed
    rushes render

You need not do anything. The note appears once. A submit whose answer was lost is ambiguous; rushes recover lists such submits. A run that is stopped with Ctrl-C writes its lock before it ends:

    rushes render     # Ctrl-C
    rushes render`,
  },
  'shared-lock': {
    title: 'Two manifests would write one lock.',
    page: `The lock has the name of its manifest without the extension. film.yaml and film.yml in one folder would both write film.lock.json, and each would treat the renders of the other as orphans.

    manifests/film.yaml
    manifests/film.yml

Give one of them another name:

    manifests/film.yaml
    manifests/trailer.yaml`,
  },
} as const satisfies Record<string, Explanation>;
