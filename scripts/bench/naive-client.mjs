/**
 * A simple client, as a reference: p-limit, fetch, asks every so often.
 * `node naive-client.mjs <base url> <tasks> <slots> <seconds between asks> <folder>`
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';

const [base, tasks, slots, pause, folder] = process.argv.slice(2);
const limit = pLimit(Number(slots));
const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };

await Promise.all(
  Array.from({ length: Number(tasks) }, (_, at) =>
    limit(async () => {
      const body = JSON.stringify({ model: 'kling-v3', prompt: `Shot ${at}`, duration: 5 });
      const submitted = await fetch(`${base}/v1/videos/generations`, {
        method: 'POST',
        headers,
        body,
      });
      const { data } = await submitted.json();
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, Number(pause) * 1_000));
        const answer = await fetch(`${base}/v1/tasks/${data[0].task_id}`, { headers });
        const task = (await answer.json()).data;
        if (task.status !== 'completed') continue;
        const clip = await fetch(task.result.videos[0].url[0]);
        await writeFile(path.join(folder, `${at}.mp4`), Buffer.from(await clip.arrayBuffer()));
        return;
      }
    }),
  ),
);
