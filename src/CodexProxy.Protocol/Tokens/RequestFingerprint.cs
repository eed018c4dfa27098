using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tokens;

/// <summary>A fast fingerprint of the beginning of a request, within one run of the program.</summary>
internal static class RequestFingerprint
{
    /// <summary>Fingerprint of model, instructions, tools and the first items.</summary>
    public static long Of(ResponsesRequest request, int items)
    {
        var hash = new HashCode();
        hash.Add(request.Model);
        Add(ref hash, request.Instructions);
        foreach (var tool in request.Tools ?? [])
        {
            var (name, description) = tool switch
            {
                FunctionTool function => (function.Name, function.Description),
                CustomTool custom => (custom.Name, custom.Description),
                _ => (null, null),
            };
            if (name is not null)
            {
                hash.Add(name);
                Add(ref hash, description);
            }
        }

        for (var i = 0; i < items; i++)
        {
            Add(ref hash, request.Input[i]);
        }

        return ((long)items << 32) | (uint)hash.ToHashCode();
    }

    private static void Add(ref HashCode hash, InputItem item)
    {
        switch (item)
        {
            case MessageItem message:
                hash.Add(message.Role);
                Add(ref hash, message.Content);
                break;
            case FunctionCallItem call:
                hash.Add(call.CallId);
                Add(ref hash, call.Arguments);
                break;
            case CustomToolCallItem call:
                hash.Add(call.CallId);
                Add(ref hash, call.Input);
                break;
            case FunctionCallOutputItem output:
                AddOutput(ref hash, output.CallId, output.Output);
                break;
            case CustomToolCallOutputItem output:
                AddOutput(ref hash, output.CallId, output.Output);
                break;
            case ReasoningItem reasoning:
                Add(ref hash, reasoning.EncryptedContent);
                break;
            case WebSearchCallItem search:
                Add(ref hash, search.Action.Query ?? search.Action.Url);
                break;
        }
    }

    private static void AddOutput(ref HashCode hash, string callId, in CallOutput output)
    {
        hash.Add(callId);
        Add(ref hash, output.Text);
        Add(ref hash, output.Parts ?? []);
    }

    private static void Add(ref HashCode hash, IReadOnlyList<ContentPart> parts)
    {
        foreach (var part in parts)
        {
            Add(
                ref hash,
                part switch
                {
                    InputText text => text.Text,
                    OutputText text => text.Text,
                    InputImage image => image.ImageUrl,
                    InputFile file => file.FileData ?? file.FileUrl,
                    _ => null,
                }
            );
        }
    }

    private static void Add(ref HashCode hash, string? text)
    {
        if (text is not null)
        {
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }
}
