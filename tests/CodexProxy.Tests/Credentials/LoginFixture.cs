using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Credentials;

/// <summary>A login in a folder of the test's own, a clock, and a token endpoint.</summary>
public abstract class LoginFixture : IDisposable
{
    internal ManualTime Time { get; } = new() { SkipsWaits = true };

    internal TokenEndpoint Endpoint { get; }

    protected LoginFixture() => Endpoint = new TokenEndpoint { NewExpiry = Now + TimeSpan.FromDays(10) };

    protected TempFolder Folder { get; } = new();

    protected CollectedLog Log { get; } = new();

    protected DateTimeOffset Now => Time.GetUtcNow();

    protected string AuthPath => Folder["auth.json"];

    protected string Stored => File.ReadAllText(AuthPath);

    public void Dispose()
    {
        Endpoint.Dispose();
        Folder.Dispose();
    }

    internal TokenClient Client() =>
        new(
            new HttpClient(Endpoint, disposeHandler: false),
            new OptionsSource(
                new ProxyOptions { Upstream = new UpstreamOptions { AuthIssuer = new Uri("https://issuer.example/") } }
            ),
            Time
        );

    internal CodexLogin Login(ILoginStore store) => new(store, Client(), Time, Log.For<CodexLogin>());

    protected CodexLogin Login() => new(AuthPath, "~/.codex/auth.json", Client(), Time, Log.For<CodexLogin>());

    /// <summary>Stores a login whose token ends after a while.</summary>
    protected string Store(TimeSpan left, string serial = "1", string? refresh = "rt_1")
    {
        var access = Tokens.Access(Now + left, serial);
        Folder.Write("auth.json", Tokens.File(access, refresh));
        return access;
    }

    protected static string Header(CredentialResult result) =>
        result.ShouldBeOfType<Credential>().AccessToken.ToAuthorizationHeader();
}
