using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Accounts;

/// <summary>The ways to sign in: the browser, whose person says yes unless told otherwise, and the device code.</summary>
public sealed class SignInFlows
{
    private readonly SeededIds _ids;
    private readonly CodeBook _codes;
    private readonly ConcurrentDictionary<string, Request> _pages = new(StringComparer.Ordinal);

    internal SignInFlows(TimeProvider clock, SeededIds ids, AccountBook accounts)
    {
        _ids = ids;
        _codes = new CodeBook(ids, accounts);
        Devices = new DeviceFlow(clock, ids, _codes);
    }

    /// <summary>The account that signs in next; null for the default one.</summary>
    public SimulatedAccount? Person
    {
        get => _codes.Person;
        set => _codes.Person = value;
    }

    /// <summary>Sign-in by device code.</summary>
    public DeviceFlow Devices { get; }

    /// <summary>
    /// Whether the browser gets a page with the buttons Allow and Deny. Default false: it is sent back at once.
    /// </summary>
    public bool ShowPage { get; set; }

    /// <summary>
    /// Error and description with which the browser is sent back at once instead of a code, such as
    /// <c>("access_denied", "…")</c>. Default null: with a code.
    /// </summary>
    public (string Error, string Description)? Refusal { get; set; }

    /// <summary>A state that the browser is sent back with instead of the right one. Default null: the right one.</summary>
    public string? State { get; set; }

    internal HttpReply Authorize(CapturedRequest captured, Uri issuer)
    {
        var query = captured.Query;
        if (
            query.GetValueOrDefault("response_type") != "code"
            || query.GetValueOrDefault("client_id") != TokenMaker.ClientId
            || query.GetValueOrDefault("code_challenge_method") != "S256"
            || query.GetValueOrDefault("code_challenge") is not { Length: 43 } challenge
            || query.GetValueOrDefault("state") is not { Length: > 0 } state
            || query.GetValueOrDefault("redirect_uri") is not { } redirect
            || !Uri.TryCreate(redirect, UriKind.Absolute, out var target)
            || !(target.IsLoopback || target.Host == issuer.Host)
        )
        {
            return TokenEndpoint.OAuthError(400, "invalid_request", "The authorize parameters are incomplete.");
        }

        var request = new Request(challenge, redirect, State ?? state);
        if (ShowPage)
        {
            var id = _ids.Next("page_", 24);
            _pages[id] = request;
            return Page(id, query.GetValueOrDefault("originator") ?? "An unnamed program");
        }

        return Refusal is { } refusal ? Refuse(request, refusal) : Allow(request);
    }

    internal HttpReply Decide(CapturedRequest captured)
    {
        if (
            captured.Query.GetValueOrDefault("page") is not { } id
            || !_pages.TryRemove(id, out var request)
            || captured.Query.GetValueOrDefault("answer") is not { } answer
        )
        {
            return TokenEndpoint.OAuthError(400, "invalid_request", "There is no such page.");
        }

        return answer == "allow"
            ? Allow(request)
            : Refuse(request, Refusal ?? ("access_denied", "The person has denied the request."));
    }

    internal SimulatedAccount? Redeem(string? code, string? verifier, string? redirect) =>
        _codes.Redeem(code, verifier, redirect);

    private HttpReply Allow(Request request) =>
        Back(request, $"code={_codes.Issue(request.Challenge, request.RedirectUri)}");

    private static HttpReply Refuse(Request request, (string Error, string Description) refusal) =>
        Back(
            request,
            $"error={Uri.EscapeDataString(refusal.Error)}&error_description={Uri.EscapeDataString(refusal.Description)}"
        );

    private static HttpReply Back(Request request, string answer) =>
        new HttpReply(302, "", null).With(
            "location",
            $"{request.RedirectUri}?{answer}&state={Uri.EscapeDataString(request.State)}"
        );

    private static HttpReply Page(string id, string program) =>
        new(
            200,
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Simulated sign-in</title></head>
            <body>
            <h1>Simulated sign-in</h1>
            <p>{HtmlEncoder.Default.Encode(program)} wants to use your plan.</p>
            <form action="/oauth/decision" method="get">
            <input type="hidden" name="page" value="{id}">
            <button name="answer" value="allow">Allow</button>
            <button name="answer" value="deny">Deny</button>
            </form>
            </body>
            </html>

            """,
            "text/html; charset=utf-8"
        );

    private sealed record Request(string Challenge, string RedirectUri, string State);
}
