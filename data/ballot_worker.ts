/**
 * A thread that reads the ballots of segments. Started by ballot_files.ts only.
 *
 * @module
 */
import { ballotsOfSegment } from "./ballot_segment.ts";
import { answerParts } from "./segment_part.ts";

answerParts(ballotsOfSegment);
