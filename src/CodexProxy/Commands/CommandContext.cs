using System.CommandLine;
using CodexProxy.Autostart;
using CodexProxy.Diagnosis;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>What every command is given: the world, replaceable in tests.</summary>
/// <param name="Terminal">Where everything is written and asked.</param>
/// <param name="ReadInputs">Makes the inputs of the settings from the flags.</param>
/// <param name="Surroundings">Clock, upstream and logging.</param>
internal sealed record CommandContext(
    Terminal Terminal,
    Func<IReadOnlyDictionary<string, string>, OptionInputs> ReadInputs,
    GatewaySurroundings Surroundings
)
{
    /// <summary>Runs programs of the system.</summary>
    public RunProgram RunProgram { get; init; } = Programs.RunAsync;

    /// <summary>How this system starts a program with a session; null where none is known.</summary>
    public Func<ServiceFacts, ServiceDefinition?> DefineService { get; init; } = ServiceDefinition.OfSystem;

    /// <summary>The clock of everything.</summary>
    public TimeProvider Time => Surroundings.Time;

    /// <summary>The inputs of the settings under the flags of this call.</summary>
    public OptionInputs Inputs(ParseResult parsed) => ReadInputs(SettingFlags.Read(parsed));

    /// <summary>Runs programs of the system one after another, until one fails.</summary>
    /// <returns>The command line that failed, or could not be run; null when none did.</returns>
    public async Task<string?> FirstFailureAsync(
        IReadOnlyList<IReadOnlyList<string>> commands,
        CancellationToken cancellationToken
    )
    {
        foreach (var command in commands)
        {
            if (await RunProgram(command[0], [.. command.Skip(1)], "", cancellationToken) is not { ExitCode: 0 })
            {
                return string.Join(' ', command);
            }
        }

        return null;
    }

    /// <summary>Runs a command that needs settings; wrong ones are all told, and it does not run.</summary>
    /// <param name="inputs">Where the settings are read from.</param>
    /// <param name="run">The command.</param>
    /// <param name="listens">Whether the address to listen on matters. Default: it does.</param>
    /// <returns>What <paramref name="run"/> returns, or <see cref="ExitCode.WrongUsage"/>.</returns>
    public async Task<int> WithOptionsAsync(OptionInputs inputs, Func<ProxyOptions, Task<int>> run, bool listens = true)
    {
        ProxyOptions options;
        try
        {
            options = OptionsLoader.Load(inputs, listens);
        }
        catch (OptionsRejectedException exception)
        {
            foreach (var error in exception.Errors)
            {
                Terminal.Error(error.ToString());
            }

            return ExitCode.WrongUsage;
        }

        return await run(options);
    }
}
