using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Events of function calls and of calls with free-form input.</summary>
internal static class CallEvents
{
    public static IEnumerable<Emission> Of(CallsStep step, TurnScene scene)
    {
        var calls = step.Calls.Select(call => new OpenCall(call, scene)).ToArray();
        foreach (var call in calls)
        {
            yield return ItemWriter.Added(call.Index, writer => call.Write(writer, "in_progress", ""));
        }

        // One delta of each call in turn; a single call simply streams.
        var longest = calls.Max(call => call.Deltas.Count);
        for (var i = 0; i < longest; i++)
        {
            foreach (var call in calls)
            {
                if (i < call.Deltas.Count)
                {
                    yield return call.Delta(call.Deltas[i]);
                }
            }
        }

        foreach (var call in calls)
        {
            if (call.Plan.IsOpen)
            {
                continue;
            }

            yield return call.Finished();
            scene.Output.Add(call.WriteFinished);
            yield return ItemWriter.Done(call.Index, call.WriteFinished);
        }
    }

    public static IEnumerable<Emission> Of(CustomCallStep step, TurnScene scene)
    {
        var index = scene.NextIndex();
        var id = scene.NextId("ctc_");
        var callId = scene.NextCallId();
        void Write(Utf8JsonWriter writer, string status, string input)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, "custom_tool_call"u8);
            writer.WriteString("status"u8, status);
            writer.WriteString("call_id"u8, callId);
            writer.WriteString("name"u8, step.Name);
            writer.WriteString("input"u8, input);
            writer.WriteEndObject();
        }

        yield return ItemWriter.Added(index, writer => Write(writer, "in_progress", ""));
        foreach (var delta in step.Deltas)
        {
            scene.CountOutput(delta);
            yield return new Emission.Event(
                "response.custom_tool_call_input.delta",
                writer =>
                {
                    ItemWriter.Place(writer, id, index);
                    writer.WriteString("delta"u8, delta);
                }
            );
        }

        var input = string.Concat(step.Deltas);
        yield return new Emission.Event(
            "response.custom_tool_call_input.done",
            writer =>
            {
                ItemWriter.Place(writer, id, index);
                writer.WriteString("input"u8, input);
            }
        );
        void Finished(Utf8JsonWriter writer) => Write(writer, "completed", input);
        scene.Output.Add(Finished);
        yield return ItemWriter.Done(index, Finished);
    }

    private sealed class OpenCall
    {
        private readonly string _arguments;
        private readonly string _callId;
        private readonly string _id;

        public OpenCall(PlannedCall plan, TurnScene scene)
        {
            Plan = plan;
            Index = scene.NextIndex();
            Deltas = plan.IsSilent ? [] : plan.Arguments;
            _id = scene.NextId("fc_");
            _callId = plan.CallId ?? scene.NextCallId();
            _arguments = string.Concat(plan.Arguments);
            scene.CountOutput(plan.Name);
            scene.CountOutput(_arguments);
        }

        public PlannedCall Plan { get; }

        public int Index { get; }

        public IReadOnlyList<string> Deltas { get; }

        public Emission.Event Delta(string delta) =>
            new(
                "response.function_call_arguments.delta",
                writer =>
                {
                    ItemWriter.Place(writer, _id, Index);
                    writer.WriteString("delta"u8, delta);
                    Obfuscation.Write(writer, delta);
                }
            );

        public Emission.Event Finished() =>
            new(
                "response.function_call_arguments.done",
                writer =>
                {
                    ItemWriter.Place(writer, _id, Index);
                    writer.WriteString("arguments"u8, _arguments);
                }
            );

        public void WriteFinished(Utf8JsonWriter writer) => Write(writer, "completed", _arguments);

        public void Write(Utf8JsonWriter writer, string status, string arguments)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, _id);
            writer.WriteString("type"u8, "function_call"u8);
            writer.WriteString("status"u8, status);
            writer.WriteString("arguments"u8, arguments);
            writer.WriteString("call_id"u8, _callId);
            writer.WriteString("name"u8, Plan.Name);
            if (Plan.Namespace is not null)
            {
                writer.WriteString("namespace"u8, Plan.Namespace);
            }

            writer.WriteEndObject();
        }
    }
}
