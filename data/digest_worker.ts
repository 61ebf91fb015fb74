/**
 * A thread that makes the digests of segments. Started by archive_rebuild.ts only.
 *
 * @module
 */
import { digestsOfSegment } from "./digest_segment.ts";
import { answerParts } from "./segment_part.ts";

answerParts(digestsOfSegment);
