using System.Runtime.InteropServices;
using System.Text.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Fast hashes of a request's parts, made in one pass over its texts and without writing it. Within one run of the program
/// parts that are written differently have different ones, but for one pair of equal length in four thousand million.
/// </summary>
public sealed class RequestFingerprint
{
    private RequestFingerprint(ResponsesRequest request)
    {
        Request = request;
        Instructions = Part.Of(request.Instructions);
        Tools = All(request.Tools ?? [], static (ref part, tool) => part.Add(tool));
        Items = All(request.Input, static (ref part, item) => part.Add(item));
    }

    private delegate void Adding<T>(ref Part part, T value);

    /// <summary>The request.</summary>
    public ResponsesRequest Request { get; }

    /// <summary>That of the instructions.</summary>
    public long Instructions { get; }

    /// <summary>Those of the tools.</summary>
    public IReadOnlyList<long> Tools { get; }

    /// <summary>Those of the items.</summary>
    public IReadOnlyList<long> Items { get; }

    /// <summary>Takes the fingerprint of a request.</summary>
    public static RequestFingerprint Of(ResponsesRequest request) => new(request);

    /// <summary>Fingerprint of model, instructions, tools and the first items.</summary>
    public long Beginning(int items)
    {
        var hash = new HashCode();
        hash.Add(Request.Model);
        hash.Add(Instructions);
        foreach (var tool in Tools)
        {
            hash.Add(tool);
        }

        for (var i = 0; i < items; i++)
        {
            hash.Add(Items[i]);
        }

        return ((long)items << 32) | (uint)hash.ToHashCode();
    }

    private static long[] All<T>(IReadOnlyList<T> values, Adding<T> add)
    {
        var all = new long[values.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var part = new Part();
            add(ref part, values[i]);
            all[i] = part.Value;
        }

        return all;
    }

    /// <summary>One part while its members are added. Every member that is written counts, and which it is.</summary>
    private struct Part
    {
        private HashCode _hash;
        private int _length;

        /// <summary>Its length and its hash.</summary>
        public readonly long Value => ((long)_length << 32) | (uint)_hash.ToHashCode();

        public static long Of(string? text)
        {
            var part = new Part();
            part.Add(text);
            return part.Value;
        }

        public void Add(InputItem item)
        {
            switch (item)
            {
                case MessageItem message:
                    Begin(1, message.Role, message.Phase);
                    Add(message.Content);
                    break;
                case ReasoningItem reasoning:
                    Begin(2, reasoning.EncryptedContent);
                    foreach (var summary in reasoning.Summary)
                    {
                        Add(summary);
                    }

                    break;
                case FunctionCallItem call:
                    Begin(3, call.CallId, call.Name, call.Arguments, call.Namespace);
                    break;
                case FunctionCallOutputItem output:
                    Begin(4, output.CallId);
                    Add(output.Output);
                    break;
                case CustomToolCallItem call:
                    Begin(5, call.CallId, call.Name, call.Input, call.Namespace);
                    break;
                case CustomToolCallOutputItem output:
                    Begin(6, output.CallId);
                    Add(output.Output);
                    break;
                case WebSearchCallItem search:
                    Begin(7, search.Action.Type, search.Action.Query, search.Action.Url);
                    break;
                case AdditionalToolsItem tools:
                    Begin(8, tools.Role);
                    Add(tools.Tools);
                    break;
                case OpaqueItem opaque:
                    Begin(9);
                    Add(opaque.Members);
                    break;
                default:
                    throw new NotSupportedException($"An item of the kind {item.GetType().Name} has no fingerprint.");
            }
        }

        public void Add(ResponsesTool tool)
        {
            switch (tool)
            {
                case FunctionTool function:
                    Begin(11, function.Name, function.Description);
                    Add(function.Parameters);
                    _hash.Add(function.Strict);
                    break;
                case CustomTool custom:
                    var format = custom.Format;
                    Begin(12, custom.Name, custom.Description, format?.Type, format?.Syntax, format?.Definition);
                    break;
                case WebSearchTool search:
                    Begin(13, search.SearchContextSize);
                    Begin(search.Filters?.AllowedDomains.Count ?? -1, [.. search.Filters?.AllowedDomains ?? []]);
                    Add(search.UserLocation);
                    _hash.Add(search.ExternalWebAccess);
                    break;
                case NamespaceTool space:
                    Begin(14, space.Name, space.Description);
                    Add(space.Tools);
                    break;
                case OpaqueTool opaque:
                    Begin(15);
                    Add(opaque.Members);
                    break;
                default:
                    throw new NotSupportedException($"A tool of the kind {tool.GetType().Name} has no fingerprint.");
            }
        }

        private void Add(ContentPart part)
        {
            switch (part)
            {
                case InputText text:
                    Begin(21, text.Text);
                    break;
                case OutputText text:
                    Begin(22, text.Text);
                    break;
                case InputImage image:
                    Begin(23, image.ImageUrl, image.Detail);
                    break;
                case InputFile file:
                    Begin(24, file.Filename, file.FileData, file.FileUrl);
                    break;
                case OpaquePart opaque:
                    Begin(25);
                    Add(opaque.Members);
                    break;
                default:
                    throw new NotSupportedException($"A part of the kind {part.GetType().Name} has no fingerprint.");
            }
        }

        private void Add(IReadOnlyList<ContentPart> parts)
        {
            _hash.Add(parts.Count);
            foreach (var part in parts)
            {
                Add(part);
            }
        }

        private void Add(IReadOnlyList<ResponsesTool> tools)
        {
            _hash.Add(tools.Count);
            foreach (var tool in tools)
            {
                Add(tool);
            }
        }

        private void Add(in CallOutput output)
        {
            if (output.Parts is { } parts)
            {
                Add(parts);
            }
            else
            {
                Add(output.Text ?? "");
            }
        }

        private void Add(OpaqueMembers members)
        {
            foreach (var (name, value) in members)
            {
                Add(name);
                Add(value);
            }
        }

        private void Begin(int kind, params ReadOnlySpan<string?> texts)
        {
            _hash.Add(kind);
            foreach (var text in texts)
            {
                Add(text);
            }
        }

        // The length comes first, so that no text runs into the next.
        private void Add(string? text)
        {
            _hash.Add(text?.Length ?? -1);
            _hash.AddBytes(MemoryMarshal.AsBytes(text.AsSpan()));
            _length += text?.Length ?? 0;
        }

        private void Add(JsonElement? json)
        {
            var bytes = json is { ValueKind: not JsonValueKind.Undefined } value
                ? JsonMarshal.GetRawUtf8Value(value)
                : default;
            _hash.Add(bytes.Length);
            _hash.AddBytes(bytes);
            _length += bytes.Length;
        }
    }
}
