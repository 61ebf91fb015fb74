import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { codeOf } from "../../data/program.ts";
import { chosenBlock, extractProgram } from "../../models/extract_program.ts";

/** The rule as the conformance file words it, as one regular expression over the whole text. */
function byRegExp(text: string): string | null {
  const blocks = Array.from(text.matchAll(/```python\n([\s\S]*?)```/g), (match) => match[1]);
  return blocks.findLast((block) => block.includes("def transform(")) ?? blocks.at(-1) ?? null;
}

Deno.test("chosenBlock() is the last defining block, else the last block, of any text", () => {
  const piece = fc.constantFrom(
    "```python\n",
    "```",
    "`",
    "python\n",
    "```py\n",
    "def transform(",
    "x = 1\n",
    "\r\n",
    "🟦",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      assertEquals(chosenBlock(pieces.join("")), byRegExp(pieces.join("")));
    }),
    { numRuns: 2000 },
  );
});

const NUMPY: { name: string; block: string; program: string }[] = [
  {
    name: "in front where it is missing",
    block: "def transform(g):\n    return np.array(g)\n",
    program: "import numpy as np\ndef transform(g):\n    return np.array(g)\n",
  },
  { name: "not where np. is not used", block: "x = 1\n", program: "x = 1\n" },
  {
    name: "not where it stands already",
    block: "import numpy as np\nnp.ones(3)\n",
    program: "import numpy as np\nnp.ones(3)\n",
  },
  {
    name: "where it stands in a comment only",
    block: "  # import numpy as np\nnp.ones(3)\n",
    program: "import numpy as np\n  # import numpy as np\nnp.ones(3)\n",
  },
  {
    name: "not for a comment that speaks of np.",
    block: "# np.array would do\nx = 1\n",
    program: "# np.array would do\nx = 1\n",
  },
  {
    name: "behind imports from __future__, which must come first",
    block: '"""np."""\nfrom __future__ import annotations\nnp.ones(3)\n',
    program: '"""np."""\nfrom __future__ import annotations\nimport numpy as np\nnp.ones(3)\n',
  },
];

for (const { name, block, program } of NUMPY) {
  Deno.test(`codeOf() puts the numpy import ${name}`, () => {
    const text = `So:\n\`\`\`python\n${block}\`\`\`\nDone.`;
    assertEquals(codeOf({ text, ...extractProgram(text)! }), program);
  });
}
