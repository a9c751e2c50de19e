/**
 * A draft is the same project somewhere else: its own output, its own lock, the embedded gateway.
 */
import path from 'node:path';
import type { Project } from '../../scene.ts';

/** `out/<project>/` becomes `out/<project>/.draft/`. */
export const asDraft = (project: Project): Project => ({
  ...project,
  outputPath: path.join(project.outputPath, project.name),
  name: '.draft',
});

/** The floor between two asks of the embedded gateway, whose tasks take a fraction of a second. */
export const DRAFT_POLL_MS = 25;
