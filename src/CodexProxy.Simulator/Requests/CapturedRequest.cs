using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace CodexProxy.Simulator.Requests;

/// <summary>One request as it arrived, whatever was answered.</summary>
public sealed class CapturedRequest
{
    private readonly Lazy<JsonElement> _body;
    private readonly Lazy<ConversationView> _conversation;
    private readonly Lazy<IReadOnlyDictionary<string, string>> _form;
    private readonly TaskCompletionSource<RequestEnding> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    internal CapturedRequest(int number, SimulatedEndpoint endpoint, HttpRequest request, byte[] content)
    {
        Number = number;
        Endpoint = endpoint;
        Method = request.Method;
        Path = request.Path.Value ?? "/";
        Headers = request.Headers.ToImmutableDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        Query = request.Query.ToImmutableDictionary(
            pair => pair.Key,
            pair => pair.Value.ToString(),
            StringComparer.Ordinal
        );
        Content = content;
        _body = new(() => JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 256 }).RootElement);
        _conversation = new(() => new ConversationView(Body));
        _form = new(() =>
            QueryHelpers
                .ParseQuery(Encoding.UTF8.GetString(content))
                .ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal)
        );
    }

    /// <summary>Place in the order of arrival over all endpoints, from 1.</summary>
    public int Number { get; }

    /// <summary>What was asked for.</summary>
    public SimulatedEndpoint Endpoint { get; }

    /// <summary>HTTP method.</summary>
    public string Method { get; }

    /// <summary>Path without query.</summary>
    public string Path { get; }

    /// <summary>Headers, names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Query values by name.</summary>
    public IReadOnlyDictionary<string, string> Query { get; }

    /// <summary>The body's bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    public JsonElement Body => _body.Value;

    /// <summary>The body as a form.</summary>
    public IReadOnlyDictionary<string, string> Form => _form.Value;

    /// <summary>The status answered, or null while none was.</summary>
    public int? Status { get; internal set; }

    /// <summary>Why the request was refused, or null when it was accepted.</summary>
    public HttpReply? Refusal { get; internal set; }

    /// <summary>Input tokens that the simulator counted, or null while it has not come to counting.</summary>
    public int? InputTokens { get; internal set; }

    /// <summary>Whether the input did not fit into the model's window.</summary>
    public bool Overflowed { get; internal set; }

    /// <summary>Ends when the answer has ended, and tells how.</summary>
    public Task<RequestEnding> Ended => _ended.Task;

    /// <summary>Value of a header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The bearer token, or null.</summary>
    public string? BearerToken =>
        Header("authorization") is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? value["Bearer ".Length..]
            : null;

    /// <summary>The account that the request names, or null.</summary>
    public string? AccountId => Header("chatgpt-account-id");

    /// <summary>A body that can be asked about the conversation in it.</summary>
    public ConversationView Conversation => _conversation.Value;

    /// <summary>Slug of the model.</summary>
    public string Model => Conversation.Model;

    /// <summary>The system prompt, or null when the member is absent.</summary>
    public string? Instructions => Conversation.Instructions;

    /// <summary>The input items.</summary>
    public IReadOnlyList<JsonElement> Items => Conversation.Items;

    /// <summary>Text of the last user message, reminders of the client left out; empty when there is none.</summary>
    public string LastUserText => Conversation.LastUserText;

    /// <summary>All call outputs, oldest first.</summary>
    public IReadOnlyList<FunctionOutput> FunctionOutputs => Conversation.FunctionOutputs;

    /// <summary>All callable tools, those in namespaces included.</summary>
    public IReadOnlyList<JsonElement> Tools => Conversation.Tools;

    /// <summary>Names of the tools that have one.</summary>
    public IReadOnlyList<string> ToolNames => Conversation.ToolNames;

    /// <summary>Lane of the prompt cache, or null.</summary>
    public string? CacheKey => Conversation.CacheKey;

    /// <summary>Whether sealed reasoning is replayed.</summary>
    public bool HasReasoning => Conversation.HasReasoning;

    internal bool IsJson(out JsonException? failure)
    {
        try
        {
            _ = Body;
            failure = null;
            return true;
        }
        catch (JsonException exception)
        {
            failure = exception;
            return false;
        }
    }

    internal void End(RequestEnding ending) => _ended.TrySetResult(ending);
}

/// <summary>How an answer ended.</summary>
public enum RequestEnding
{
    /// <summary>Everything was sent.</summary>
    Completed,

    /// <summary>The stream was ended early by its script, cleanly.</summary>
    Cut,

    /// <summary>The connection was torn down by its script.</summary>
    Reset,

    /// <summary>The caller went away first.</summary>
    CallerGone,
}
