/** Answers that found nothing leave at the next multiple of this after the request came, whatever the reason was. */
const BUCKET_MS = 100;

/** Waits until the end of the time bucket that `startedAt` (from `performance.now()`) puts us in. */
export async function untilBucketEnds(startedAt: number): Promise<void> {
  const elapsed = performance.now() - startedAt;
  const rest = BUCKET_MS - (elapsed % BUCKET_MS);
  await new Promise((resolve) => setTimeout(resolve, rest));
}
