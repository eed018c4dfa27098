using System.CommandLine;
using CodexProxy.Accounts;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Terminals;
using CodexProxy.Usage;

namespace CodexProxy.Commands;

/// <summary>What the commands of the history share: they read the store themselves, whether a server runs or not.</summary>
internal sealed class UsageRun
{
    /// <summary>From when on.</summary>
    public static readonly Option<string?> Since = new("--since")
    {
        Description = "From then on: 7d, 24h, today, yesterday, 2026-11-01",
        HelpName = "time",
    };

    /// <summary>Up to when.</summary>
    public static readonly Option<string?> Until = new("--until")
    {
        Description = "Before then; in the same forms",
        HelpName = "time",
    };

    private readonly CommandContext _context;

    private UsageRun(CommandContext context, ProxyOptions options)
    {
        _context = context;
        Options = options;
        Storage = GatewayHost.UsageStorage(options, context.Time);
    }

    /// <summary>The settings.</summary>
    public ProxyOptions Options { get; }

    /// <summary>Where the history is kept.</summary>
    public IUsageStorage Storage { get; }

    /// <summary>Where it says so.</summary>
    public Terminal Terminal => _context.Terminal;

    /// <summary>The clock.</summary>
    public TimeProvider Time => _context.Time;

    /// <summary>Runs a command; what is wrong with a time or with the store is told.</summary>
    public static Task<int> StartAsync(CommandContext context, ParseResult parsed, Func<UsageRun, Task<int>> command) =>
        context.WithOptionsAsync(
            context.Inputs(parsed),
            async options =>
            {
                try
                {
                    return await command(new UsageRun(context, options));
                }
                catch (UsageTimeException exception)
                {
                    context.Terminal.Error(exception.Message);
                    return ExitCode.WrongUsage;
                }
                catch (UsageStoreException exception)
                {
                    context.Terminal.Error(exception.Message);
                    return ExitCode.Failed;
                }
            }
        );

    /// <summary>The store to read from; one that keeps nothing when there is none yet.</summary>
    public async Task<IUsageReader> OpenAsync(CancellationToken cancellationToken)
    {
        if (await Storage.OpenReaderAsync(cancellationToken) is { } reader)
        {
            return reader;
        }

        Terminal.Message(
            Options.Usage.Store == UsageStoreKind.Off
                ? "There is no history: usage.store is off."
                : "There is no history yet. The gateway writes it as it serves."
        );
        return NoUsageStore.Instance;
    }

    /// <summary>The table with the names of the accounts that are signed in here, where it is one of accounts.</summary>
    public async Task<UsageTable> NamedAsync(UsageQuery query, UsageTable table)
    {
        if (query.By != UsageKey.Account)
        {
            return table;
        }

        await using var services = GatewayHost.BuildServices(Options, _context.Surroundings);
        var names = services
            .GetRequiredService<AccountDirectory>()
            .Current.All.DistinctBy(account => account.Key)
            .ToDictionary(account => account.Key, account => account.Name);
        return table with
        {
            Rows = [.. table.Rows.Select(row => row with { Label = names.GetValueOrDefault(row.Key ?? "") })],
        };
    }

    /// <summary>The time an option names; null when it is absent.</summary>
    /// <exception cref="UsageTimeException">It cannot be read.</exception>
    public DateTimeOffset? TimeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : UsageTimes.TryRead(text, Time, out var time) ? time
        : throw new UsageTimeException($"{option.Name} takes {UsageTimes.Expected}, not '{text}'.");
}

/// <summary>A time could not be read.</summary>
internal sealed class UsageTimeException(string message) : Exception(message);
