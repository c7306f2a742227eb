import type { FrameRequest } from "../engine/frame";
import type { Link } from "../engine/link";
import { keyOf } from "../engine/plane";
import { parameterKey } from "../model/parameters";
import { RestQuestion } from "./rest_question";

/**
 * Where a function that branches has no value on a landscape, it may take a path there that was not recorded: Python looks, and sends the
 * programs again if it found one.
 */
export class UnmetPaths {
  private readonly question: RestQuestion<FrameRequest, void>;

  constructor(link: Link) {
    const put = async ({ parameters, plane: { origin, basis, ends } }: FrameRequest): Promise<void> => {
      await link.ask({ kind: "record_slice", parameters }, [origin, basis, ends]);
    };
    this.question = new RestQuestion(put, { answered: () => {} });
  }

  ask(request: FrameRequest): Promise<void> {
    return this.question.ask(`${keyOf(request.plane)} ${parameterKey(request.parameters)}`, request);
  }
}
