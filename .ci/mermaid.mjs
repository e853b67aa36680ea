// Lets Mermaid parse every diagram of the Markdown files named; fails where one
// is none, or a file has none.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<body></body>');
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import('mermaid');
for (const path of process.argv.slice(2)) {
	let diagrams = 0;
	for (const [, diagram] of readFileSync(path, 'utf8').matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)) {
		await mermaid.parse(diagram);
		diagrams++;
	}
	if (diagrams === 0) throw new Error(`${path} has no diagram`);
	console.log(`${path}: Mermaid parses ${diagrams} of its diagrams`);
}
