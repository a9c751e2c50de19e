/** Members of the cast that no prompt mentions: usually a typo in a name. */
import type { Layer, Located, Project } from '../../../scene.ts';
import { referencesIn } from '../../../models/text/references.ts';
import type { Folding } from './problem-folding.ts';

export function reportUnusedCast(project: Project, folding: Folding): void {
  const { cast, defaults, aliases, scenes } = project;
  if (cast === undefined || cast === 'broken') return;
  const names = [...cast.entries.keys()];
  const mentioned = new Set<string>();
  const look = (layer: Layer): void => {
    for (const name of membersIn(layer, names)) mentioned.add(name);
  };
  look(defaults);
  for (const { layer } of aliases) look(layer);
  for (const { layer, overrides } of scenes) {
    look(layer);
    for (const override of overrides.values()) look(override);
  }
  for (const [name, { key }] of cast.entries)
    if (!mentioned.has(name))
      folding.add({
        code: 'unused-cast',
        severity: 'warning',
        message: `no prompt mentions @${name}`,
        place: key,
        hint: `Write @${name} in the prompt of a scene, or remove ${name} from the cast.`,
        renders: [],
      });
}

/** The members that the prompts of a layer mention, one for each mention. */
export function* membersIn(layer: Layer, names: readonly string[]): Generator<string> {
  for (const prompt of promptsOf(layer))
    for (const { name } of referencesIn(prompt, names)) yield name;
}

function* promptsOf({ words }: Layer): Generator<string> {
  yield* textsIn(words.entries.get('prompt')?.value);
  const shots = words.entries.get('shots')?.value;
  if (shots?.kind !== 'list') return;
  for (const shot of shots.items)
    if (shot.kind === 'map') yield* textsIn(shot.entries.get('prompt')?.value);
}

function* textsIn(value: Located | undefined): Generator<string> {
  if (value?.kind === 'scalar' && typeof value.value === 'string') yield value.value;
}
