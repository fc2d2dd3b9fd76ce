// A program as people write them: asks some server, prints what it answered, and fails when that fails.
const [, , url] = process.argv;
const answer = await fetch(url, {
  headers: { authorization: `Bearer ${process.env.NIGHTDESK_TOKEN ?? ''}` },
});
if (!answer.ok) {
  process.stderr.write(`the server said ${answer.status} ${await answer.text()}\n`);
  process.exit(3);
}
process.stdout.write(Buffer.from(await answer.arrayBuffer()));
