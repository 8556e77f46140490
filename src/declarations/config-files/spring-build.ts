import { folderOf, foldersUpward } from '../code/paths.ts';
import type { ReadFile } from '../text-file.ts';

const builds = ['pom.xml', 'build.gradle', 'build.gradle.kts'];
/** Starters that make another pool than HikariCP, whatever spring.datasource says. */
const others = /\b(?:druid|dynamic-datasource)\b/;

/** Whether the build of the application, or of one that it is a module of, brings a pool of another maker. */
export function isOtherPoolOfBuild(file: string, read: ReadFile): boolean {
  return foldersUpward(folderOf(file)).some((folder) =>
    builds.some((build) => others.test(read(folder === '' ? build : `${folder}/${build}`) ?? '')),
  );
}
