using CodexProxy.Autostart;
using CodexProxy.Commands;
using CodexProxy.Diagnosis;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Tests.Support;

/// <summary>Runs commands in memory: a home of their own, made-up environment, written text kept.</summary>
public sealed class CommandRun : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _messages = new() { NewLine = "\n" };

    /// <summary>The user's folder.</summary>
    public TempFolder Folder => _folder;

    /// <summary>The folder that commands run in. Default: the user's.</summary>
    public string? WorkingFolder { get; set; }

    /// <summary>The environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Clock, upstream and logging.</summary>
    internal GatewaySurroundings Surroundings { get; set; } =
        new() { Logs = new CollectedLog(), OpenBrowser = _ => false };

    /// <summary>Runs programs of the system. Default: none can be started.</summary>
    internal RunProgram RunProgram { get; set; } = (_, _, _, _) => Task.FromResult<ProgramEnd?>(null);

    /// <summary>How the system starts a program with a session. Default: as the system of the test does.</summary>
    internal Func<ServiceFacts, ServiceDefinition?> DefineService { get; set; } = ServiceDefinition.OfSystem;

    /// <summary>What the person types; null for no person at the terminal.</summary>
    public TextReader? Typed { get; set; }

    /// <summary>Whether what is typed comes from a program.</summary>
    public bool IsPiped { get; set; }

    /// <summary>What went to the first stream.</summary>
    public string Output => _output.ToString();

    /// <summary>What went to the second stream.</summary>
    public string Messages => _messages.ToString();

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        _output.GetStringBuilder().Clear();
        _messages.GetStringBuilder().Clear();
    }

    /// <summary>Runs one command to its end; its exit code.</summary>
    public Task<int> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    /// <summary>Runs one command until it ends or is cancelled; its exit code.</summary>
    public Task<int> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync(arguments, Context(_output), cancellationToken);

    /// <summary>Runs one command whose results go to a writer of the test's own.</summary>
    internal Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync(arguments, Context(output), cancellationToken);

    internal CommandContext Context(TextWriter output) =>
        new(
            new Terminal(output, _messages, outputColour: false, messageColour: false)
            {
                Input = Typed ?? TextReader.Null,
                IsInteractive = Typed is not null && !IsPiped,
            },
            flags => new OptionInputs
            {
                Flags = flags,
                Environment = Variables.GetValueOrDefault,
                UserFolder = _folder.Path,
                WorkingFolder = WorkingFolder ?? _folder.Path,
            },
            Surroundings
        )
        {
            RunProgram = RunProgram,
            DefineService = DefineService,
        };

    public void Dispose()
    {
        _output.Dispose();
        _messages.Dispose();
        _folder.Dispose();
    }
}
