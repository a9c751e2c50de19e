/** Pages of the codes about locks, journals and the spend record. */
import type { Explanation } from './explanation.ts';

export const LOCKS = {
  'journal-damaged': {
    title: "A line of a run's journal cannot be read.",
    page: `The journal records every step of a run that could cost money, one checksummed line each. A torn last line is what a killed run leaves and is not damage. A bad line before the last one means that the disk or a person changed the file:

    {"crc32":"9ae0daaf","event":{"kind":"accepted","at":"2026-

Every other line was read and what it says is in the lock. The damaged file is kept beside the journal, under a name that ends in .damaged. If the line told of an accepted task, the gateway still knows it: look for it in the gateway's own list and adopt it:

    rushes import crab/kling task_01ABC`,
  },
  'lock-changed': {
    title: 'The lock file was changed while rushes was running.',
    page: `Something else wrote or removed the lock during a run: a git checkout, a pull, an editor. Nothing is lost: a lock that was removed is written again from the journal, and a changed one is merged with what the run knows.

    git pull            # while rushes render is running

Wait for the run to end, or stop it with Ctrl-C (it can go on later), before you change branches:

    git pull            # after rushes render has ended`,
  },
  'lock-conflict': {
    title: 'The lock holds the markers of a git merge that was not finished.',
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
    page: `The lock says what was rendered and paid for, so nothing in it is guessed or passed over: text that is not JSON, an unknown key, a duplicate key or a value of the wrong type stops every command before anything is paid. It is usually left by an edit or a merge done by hand:

    "status": "complete",

Take the last good version from git (git log -p -- manifests/film.lock.json), then run rushes collect, which fetches what was paid for. Here the word is

    "status": "completed",`,
  },
  'lock-newer': {
    title: 'The lock was written by a newer rushes.',
    page: `The number after lockVersion is the version of the format. This program knows an older one, and would lose what it cannot read:

    "lockVersion": 2,

Use the version of rushes that wrote the file, here and in CI (npm install rushes@latest). This one writes

    "lockVersion": 1,`,
  },
  'paid-elsewhere': {
    title: "Another manifest's lock already holds this request.",
    page: `A render would be paid for although another lock in the same folder has its clip, and no scene of that manifest asks for it any more: a scene was moved from one manifest to the other, and only one of them was named. Nothing is sent, because it would be paid for twice:

    rushes plan manifests/new.yaml

If the old manifest is gone because the file itself was renamed, rename its lock too:

    git mv manifests/old.lock.json manifests/new.lock.json

Otherwise name both (with no manifest named, both are in the plan anyway), and the result moves with its clip, its history and its decisions. It costs nothing:

    rushes plan manifests/old.yaml manifests/new.yaml

If it is meant to be made once more, let it move first, and then ask for it: \`rushes redo\`.`,
  },
  'pick-conflict': {
    title: 'Two branches chose differently for one scene.',
    page: `Each branch had a pick of its own for the scene, or one picked the clip that the other rejected. A merge of the locks keeps both, because neither branch is more right than the other, and ends with exit code 5, which git shows as a conflict. The file itself is valid:

    git merge other   # there, rushes pick crab/kling/2; here, rushes pick crab/kling
    rushes plan

Choose, then add the lock to the merge:

    rushes pick crab/kling/2
    git add manifests/film.lock.json
    rushes plan

To keep both clips, say so: rushes pick crab/sora --also. Until then a scene that continues this one cannot know which clip it continues.`,
  },
  'reservation-cleared': {
    title: 'A machine that is gone reserved this request and never sent it.',
    page: `With the spend record on a git remote (\`--record\`, or the action), each request is reserved there before it is sent. A machine that vanishes, such as a runner that is lost with its disk, leaves reservations whose outcome is unknown. EvoLink lists its tasks: if ten minutes later its list has no task of that model from that time that belongs to nothing else, the request was never accepted. The reservation is released, and the render is sent:

    rushes render --record origin

Nothing is left to do. The next run is as usual:

    rushes render --record origin   # once more`,
  },
  'reservation-open': {
    title: 'A task at the gateway may be of a reserved request.',
    page: `As \`reservation-cleared\`, but the gateway's list has a task of that model from that time that belongs to nothing else. The render is held (exit 5):

    rushes render --record origin

Look at the task in the account. If it is the render's, \`rushes recover crab/kling --adopt <task>\` takes it; if not, say so:

    rushes recover crab/kling --never-happened
    rushes render --record origin`,
  },
  'run-recovered': {
    title: 'An earlier run was killed, and its journal was recovered.',
    page: `The run before this one had no time to write its lock: it was killed, or the machine stopped. Every step that could cost money was in its journal, and is in the lock now. Tasks that were under way are followed and fetched, and nothing is sent twice:

    rushes render     # killed
    rushes render

No action is needed. The note appears once. A submit whose answer was lost is shown as ambiguous; rushes recover lists those. A run that is stopped with Ctrl-C writes its lock before it leaves:

    rushes render     # Ctrl-C
    rushes render`,
  },
  'shared-lock': {
    title: 'Two manifests would write one lock.',
    page: `The lock has the name of its manifest without its ending: film.yaml and film.yml in one folder would both write film.lock.json, and each would call the renders of the other orphans.

    manifests/film.yaml
    manifests/film.yml

Give one of them another name:

    manifests/film.yaml
    manifests/trailer.yaml`,
  },
} as const satisfies Record<string, Explanation>;
