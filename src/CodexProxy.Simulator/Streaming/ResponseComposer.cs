using System.Text;
using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Turns a plan into what happens on the line, in the order of the real service.</summary>
internal static class ResponseComposer
{
    public static IEnumerable<Emission> Compose(TurnPlan plan, TurnScene scene)
    {
        if (!plan.IsVerbatim)
        {
            foreach (var emission in Opening(plan, scene))
            {
                yield return emission;
            }
        }

        // An answer cut at the output limit is closed, but marked.
        var status = plan.Ending is TurnEnding.Incomplete ? "incomplete" : "completed";
        foreach (var step in plan.Steps)
        {
            foreach (var emission in Step(step, scene, status))
            {
                yield return emission;
            }
        }

        if (!plan.IsVerbatim && Ending(plan, scene) is { } ending)
        {
            yield return ending;
        }
    }

    private static IEnumerable<Emission> Opening(TurnPlan plan, TurnScene scene)
    {
        if (scene.Options.SendRateLimitEvents)
        {
            yield return new Emission.Event("codex.rate_limits", scene.Account.Quota.WriteEvent, IsNumbered: false);
        }

        if (plan.Ending is TurnEnding.FlatError && plan.Steps.IsEmpty)
        {
            // The flat error comes instead of a response.
            yield break;
        }

        yield return new Emission.Event("response.created", writer => ResponseObject.Opening(writer, scene));
        yield return new Emission.Event("response.in_progress", writer => ResponseObject.Opening(writer, scene));
    }

    private static IEnumerable<Emission> Step(TurnStep step, TurnScene scene, string status) =>
        step switch
        {
            ReasoningStep reasoning => ReasoningEvents.Of(reasoning, scene),
            MessageStep message => MessageEvents.Of(message, scene, status),
            RefusalStep refusal => MessageEvents.Of(refusal, scene),
            CallsStep calls => CallEvents.Of(calls, scene),
            CustomCallStep custom => CallEvents.Of(custom, scene),
            SearchStep search => SearchEvents.Of(search, scene),
            CompactionStep => ReasoningEvents.OfCompaction(scene),
            EventStep happening => [Happening(happening)],
            RawStep raw => [new Emission.Raw(raw.Bytes)],
            SilenceStep silence =>
            [
                new Emission.Pause(cancellationToken =>
                    Task.Delay(silence.Length, scene.Options.TimeProvider, cancellationToken)
                ),
            ],
            GateStep gate => [new Emission.Pause(gate.Gate.PassAsync)],
            _ => throw new InvalidOperationException($"No events for {step.GetType().Name}."),
        };

    private static Emission.Event Happening(EventStep step)
    {
        var members = step.Members.Length == 0 ? null : JsonDocument.Parse($"{{{step.Members}}}");
        return new Emission.Event(
            step.Type,
            members is null
                ? null
                : writer =>
                {
                    foreach (var member in members.RootElement.EnumerateObject())
                    {
                        member.WriteTo(writer);
                    }
                },
            step.IsNumbered
        );
    }

    private static Emission.Event? Ending(TurnPlan plan, TurnScene scene) =>
        plan.Ending switch
        {
            TurnEnding.Completed => Last("response.completed", plan, scene),
            TurnEnding.Incomplete => Last("response.incomplete", plan, scene),
            TurnEnding.Failed => Last("response.failed", plan, scene),
            TurnEnding.HttpError error => new Emission.Event("error", writer => Write(writer, error.Reply), false),
            TurnEnding.FlatError error => new Emission.Event(
                "error",
                writer =>
                {
                    writer.WriteString("code"u8, error.Code);
                    writer.WriteString("message"u8, error.Message);
                    writer.WriteNull("param"u8);
                }
            ),
            _ => null,
        };

    private static Emission.Event Last(string type, TurnPlan plan, TurnScene scene) =>
        new(type, writer => ResponseObject.Ended(writer, scene, plan));

    private static void Write(Utf8JsonWriter writer, HttpReply reply)
    {
        writer.WriteNumber("status_code"u8, reply.Status);
        using var body = JsonDocument.Parse(Encoding.UTF8.GetBytes(reply.Body));
        foreach (var member in body.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteStartObject("headers"u8);
        foreach (var (name, value) in reply.Headers)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }
}
