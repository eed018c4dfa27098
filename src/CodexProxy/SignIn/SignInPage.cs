using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace CodexProxy.SignIn;

/// <summary>
/// What the browser shows in the end: one self-contained page without script, and with nothing secret in it.
/// </summary>
internal sealed class SignInPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #f5f5f2; --card: #ffffff; --ink: #1b1c1a; --quiet: #63665f; --line: #e3e3dd; --mark: #2f7d4f; --halo: #e6f2ea; }
        .stop { --mark: #b3402e; --halo: #fbeae6; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #161715; --card: #1f201e; --ink: #eceee9; --quiet: #9da199; --line: #31332f; --mark: #6fc48f; --halo: #22352a; }
          .stop { --mark: #ee8f7d; --halo: #3b2622; }
        }
        * { box-sizing: border-box; margin: 0; }
        body { min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { width: 100%; max-width: 26rem; padding: 44px 36px 32px; text-align: center; background: var(--card); border: 1px solid var(--line); border-radius: 18px; box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 12px 32px rgb(0 0 0 / .06); }
        svg { width: 68px; height: 68px; padding: 16px; border-radius: 50%; background: var(--halo); fill: none; stroke: var(--mark); stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
        h1 { margin: 22px 0 10px; font-size: 1.4rem; font-weight: 620; line-height: 1.3; letter-spacing: -.012em; text-wrap: balance; }
        p { color: var(--quiet); text-wrap: balance; overflow-wrap: anywhere; }
        footer { margin-top: 30px; padding-top: 18px; border-top: 1px solid var(--line); color: var(--quiet); font: .82rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        """;

    // The one style above and nothing else: no script, no picture, no request to anywhere.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly string _title;
    private readonly string _text;

    private SignInPage(int status, string title, string text) => (Status, _title, _text) = (status, title, text);

    /// <summary>The sign-in is done.</summary>
    public static SignInPage Finished { get; } =
        new(StatusCodes.Status200OK, "You are signed in", "You can close this window and go back to where you began.");

    /// <summary>The answer belongs to another sign-in, perhaps one that somebody else began.</summary>
    public static SignInPage OtherSignIn { get; } =
        new(
            StatusCodes.Status400BadRequest,
            "This answer is of another sign-in",
            "It was not used. Open the newest link that codex-proxy has shown, or begin again."
        );

    /// <summary>The answer says neither yes nor no.</summary>
    public static SignInPage Incomplete { get; } =
        new(
            StatusCodes.Status400BadRequest,
            "The answer is incomplete",
            "Open the link that codex-proxy has shown once more."
        );

    /// <summary>Another sign-in has taken over.</summary>
    public static SignInPage Cancelled { get; } =
        new(StatusCodes.Status200OK, "The sign-in was cancelled", "You can close this window.");

    /// <summary>There is nothing under this address.</summary>
    public static SignInPage NotFound { get; } =
        new(StatusCodes.Status404NotFound, "There is nothing here", "You can close this window.");

    /// <summary>The request did not ask for this machine.</summary>
    public static SignInPage WrongHost { get; } =
        new(StatusCodes.Status403Forbidden, "This address is not served", "You can close this window.");

    /// <summary>The HTTP status it goes with.</summary>
    public int Status { get; }

    /// <summary>Whether it tells of a sign-in that is done.</summary>
    public bool IsFinished => this == Finished;

    /// <summary>The page of an outcome.</summary>
    public static SignInPage For(SignInOutcome outcome) =>
        outcome is SignInFailure failure
            ? new SignInPage(
                failure.Problem == SignInProblem.Unreachable
                    ? StatusCodes.Status502BadGateway
                    : StatusCodes.Status400BadRequest,
                Title(failure.Problem),
                failure.Message
            )
            : Finished;

    /// <summary>Headers that every answer to a sign-in's browser carries.</summary>
    public static void SetHeaders(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>Answers with the page.</summary>
    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        SetHeaders(response.Headers);
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(Html());
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }

    private static string Title(SignInProblem problem) =>
        problem == SignInProblem.NotEntitled ? "No access to Codex" : "You are not signed in";

    private string Html()
    {
        var (kind, drawing) =
            Status == StatusCodes.Status200OK ? ("done", "M5 12.5l4.8 4.8L19 7.5") : ("stop", "M12 6v7.5M12 18v.01");
        var (title, text) = (HtmlEncoder.Default.Encode(_title), HtmlEncoder.Default.Encode(_text));
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title} · codex-proxy</title>
            <style>{Style}</style>
            </head>
            <body>
            <main class="{kind}">
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="{drawing}"/></svg>
            <h1>{title}</h1>
            <p>{text}</p>
            <footer>codex-proxy</footer>
            </main>
            </body>
            </html>

            """;
    }
}
