import type { Request } from "../../hesswidget/frontend/engine/engine";
import type { Frame } from "../../hesswidget/frontend/engine/frame";
import type { Link } from "../../hesswidget/frontend/engine/link";
import { Classification } from "../../hesswidget/frontend/questions/classification";
import { sentence } from "../../hesswidget/frontend/model/reason";

const request = { point: Float64Array.of(0), parameters: { a: 5 } } as unknown as Request;
const frame = (label: string) => ({ label, reason: { heading: label, clauses: [] } }) as unknown as Frame;

function linked() {
  const asked: object[] = [];
  const answers: string[] = [];
  const link = {
    ask: (question: object) => {
      asked.push(question);
      return Promise.resolve({ content: { label: "undefined", reason: { heading: "undefined", clauses: ["a minimum at a kink"] } }, buffers: [] });
    },
  } as unknown as Link;
  const made = new Classification(link, (_, __, reason) => answers.push(sentence(reason)));
  return { asked, answers, classification: made };
}

describe("Classification", () => {
  it("is taken where the test says something", async () => {
    const { asked, answers, classification: l } = linked();
    await l.ask(frame("minimum"), request);
    expect(asked).toEqual([{ kind: "classify", parameters: { a: 5 } }]);
    expect(answers).toEqual(["undefined: a minimum at a kink"]);
  });

  it("is taken where the gradient is not zero: pieces of the function may meet there, or it is noise", async () => {
    const { answers, classification: l } = linked();
    await l.ask(frame("not stationary"), request);
    expect(answers).toEqual(["undefined: a minimum at a kink"]);
  });

  it("says nothing of a picture that has moved on", async () => {
    const { answers, classification: l } = linked();
    const asking = l.ask(frame("not stationary"), request);
    l.forget();
    await asking;
    expect(answers).toEqual([]);
  });
});
