using System.Net;
using CodexProxy.Diagnosis;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Diagnosis;

/// <summary>A made-up machine for the checks: a folder, an environment, a clock, programs and two servers of its own.</summary>
internal sealed class Patient : IAsyncDisposable
{
    private readonly HttpClient _local = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpClient _upstream;
    private readonly CodexProxy.Accounts.AccountDirectory _accounts;

    public Patient(HttpMessageHandler? upstream = null, Func<ProxyOptions, ProxyOptions>? configure = null)
    {
        var options = new ProxyOptions
        {
            Home = Folder["home"],
            ConfigPath = Folder["home/config.json"],
            CodexHome = Folder["codex"],
        };
        options = configure?.Invoke(options) ?? options;
        var inputs = new OptionInputs
        {
            Environment = Variables.GetValueOrDefault,
            UserFolder = Folder.Path,
            WorkingFolder = Folder["project"],
        };
        _upstream = new HttpClient(upstream ?? new StubHandler(_ => new HttpResponseMessage(HttpStatusCode.NotFound)));
        _accounts = OnlineChecks.OpenAccounts(options, inputs, _upstream, Time);
        Surveyed = new Surveyed
        {
            Options = options,
            Inputs = inputs,
            Time = Time,
            Accounts = _accounts,
            Upstream = _upstream,
            Local = _local,
            Run = (program, arguments, input, _) => Task.FromResult(Program(program, arguments, input)),
        };
    }

    public TempFolder Folder { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public ManualTime Time { get; } = new();

    /// <summary>What programs answer.</summary>
    public Func<string, IReadOnlyList<string>, string, ProgramEnd?> Program { get; set; } = (_, _, _) => null;

    public Surveyed Surveyed { get; }

    public ClaudeWorld World => new(Surveyed);

    /// <summary>Writes the user's settings of Claude Code.</summary>
    public void Settings(string text) => Folder.Write(".claude/settings.json", text);

    public async ValueTask DisposeAsync()
    {
        await _accounts.DisposeAsync();
        _local.Dispose();
        _upstream.Dispose();
        Folder.Dispose();
    }
}

/// <summary>Answers in place of a server.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => Task.FromResult(answer(request));
}
