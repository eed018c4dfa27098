using System.Text.Json;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>Questions that scenarios ask about a request which the upstream received.</summary>
public static class CapturedItems
{
    extension(CapturedRequest request)
    {
        /// <summary>Input items of one type, in order.</summary>
        public IReadOnlyList<JsonElement> ItemsOf(string type) =>
            [.. request.Items.Where(item => item.GetProperty("type").GetString() == type)];

        /// <summary>The texts of call outputs, in order.</summary>
        public IReadOnlyList<string> OutputTexts => [.. request.FunctionOutputs.Select(output => output.Text)];

        /// <summary>Sealed reasoning, in order.</summary>
        public IReadOnlyList<string> SealedReasoning =>
            [.. request.ItemsOf("reasoning").Select(item => item.GetProperty("encrypted_content").GetString()!)];

        /// <summary>Whether the input begins with the whole input of an earlier request, item for item.</summary>
        public bool Extends(CapturedRequest earlier) =>
            request.Items.Count > earlier.Items.Count
            && earlier
                .Items.Select(item => item.GetRawText())
                .SequenceEqual(request.Items.Take(earlier.Items.Count).Select(item => item.GetRawText()));
    }
}
