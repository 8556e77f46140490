import { describe, expect, it } from 'vitest';
import type { FileTree } from '../../../src/fleet/file-tree.ts';
import { withoutFleet } from '../../../src/fleet/init/without-fleet.ts';
import { readFleet } from '../../../src/fleet/read-fleet.ts';
import { initView } from '../../../src/views/fleet/init.ts';
import { filesInMemory } from '../../helpers/fleet-files.ts';

const files = filesInMemory({ 'fleet.yaml': 'servers: {orders: {maxConnections: 100}}\n' });
const closed: FileTree = {
  ...files,
  filesBelow(folder, tell) {
    tell?.({ file: 'k8s/', text: 'the folder cannot be read (EACCES)' });
    return files.filesBelow(folder);
  },
};

describe('a folder that nobody may read', () => {
  it('is a warning of the fleet', async () => {
    expect((await readFleet([], '/fleet', closed)).findings).toMatchObject([
      {
        id: 'file-not-read',
        severity: 'warning',
        text: expect.stringMatching(
          /^k8s\/?: the folder cannot be read \(EACCES\)\. What it deploys is in no number here\.$/,
        ),
      },
    ]);
  });

  it('is told by init, which does not say that nothing is left to ask', async () => {
    const { unread } = await readFleet([], '/fleet', withoutFleet(closed, '/fleet'));
    const view = initView({ file: 'fleet.yaml', filesRead: 1, servers: 1, services: 0, questions: [], notes: unread });
    expect(view.verdict).toMatchObject({ answer: 'unknown' });
    expect(view.tables[0]?.rows).toHaveLength(1);
  });
});
