using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy keys</c>: makes, lists and revokes the named keys of clients.</summary>
internal static class KeysCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "Name of the key" };

    /// <summary>The command and its parts.</summary>
    public static Command Create(CommandContext context)
    {
        var add = Part("add", "Make a key for one client; it is shown once", AddAsync);
        add.Arguments.Add(Name);
        KeyTerms.AddTo(add, context.Time);
        add.Validators.Add(result =>
        {
            if (result.GetValue(Name) is { } name && !NamedKey.IsName(name))
            {
                result.AddError("A name has 1 to 64 letters, digits, dots, dashes and underscores.");
            }
        });
        var revoke = Part("revoke", "Make a key useless at once", RevokeAsync);
        revoke.Arguments.Add(Name);
        var list = Part("list", "Show the keys, but not their text", ListAsync).WithJson();
        list.Aliases.Add("ls");
        return new Command("keys", "Make, list and revoke keys of clients") { add, list, revoke };

        Command Part(
            string name,
            string description,
            Func<CommandContext, ProxyOptions, ParseResult, CancellationToken, Task<int>> run
        )
        {
            var part = new Command(name, description);
            part.SetAction(
                (parsed, cancelled) =>
                    context.WithOptionsAsync(
                        context.Inputs(parsed),
                        options => GuardAsync(context.Terminal, () => run(context, options, parsed, cancelled)),
                        // An address that needs a key is set before the key is made, or after.
                        listens: false
                    )
            );
            return part;
        }
    }

    private static async Task<int> AddAsync(
        CommandContext context,
        ProxyOptions options,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var terms = KeyTerms.Read(parsed, context.Time);
        var isFirst = !File.Exists(options.KeysPath);
        var text = await Store(context, options)
            .AddAsync(
                parsed.GetRequiredValue(Name),
                anthropic: options.Server.ClientAuth == ClientAuth.AnthropicFormat,
                terms,
                cancellationToken
            );
        context.Terminal.Line(text.Reveal());
        context.Terminal.Message("Keep it now: only its hash is stored, and it is not shown again.");
        if (isFirst && options.Server is { ClientAuth: ClientAuth.Auto, ClientKeys.Count: 0, IsLoopback: true })
        {
            context.Terminal.Message(
                $"From now on every client must present a key. `{ProductInfo.Name} setup` and `{ProductInfo.Name} claude` "
                    + "write this installation's own; \"clientAuth\": \"any\" asks for none."
            );
        }

        return ExitCode.Done;
    }

    private static async Task<int> RevokeAsync(
        CommandContext context,
        ProxyOptions options,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var name = parsed.GetRequiredValue(Name);
        await Store(context, options).RevokeAsync(name, cancellationToken);
        context.Terminal.Line($"{name} opens nothing any more.");
        return ExitCode.Done;
    }

    private static Task<int> ListAsync(
        CommandContext context,
        ProxyOptions options,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var keys = Store(context, options).Read();
        var days = Days(options, context.Time);
        if (parsed.GetValue(OutputFlags.Json))
        {
            context.Terminal.Line(
                JsonLine.Of(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteStartArray("keys");
                    foreach (var key in keys)
                    {
                        writer.WriteStartObject();
                        KeyDocument.WriteFacts(writer, key);
                        writer.WriteBoolean("expired", key.HasExpired(context.Time.GetUtcNow()));
                        if (days.GetValueOrDefault(key.Digest) is { } day)
                        {
                            writer.WriteNumber("requests_of_day", day.Requests);
                            writer.WriteNumber("tokens_of_day", day.Tokens);
                        }

                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();
                })
            );
        }
        else if (keys.Count == 0)
        {
            context.Terminal.Line($"There are no named keys. `{ProductInfo.Name} keys add NAME` makes one.");
        }
        else
        {
            Table(keys, days, context.Time).WriteTo(context.Terminal);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static TextTable Table(IReadOnlyList<NamedKey> keys, Dictionary<string, KeyDay> days, TimeProvider time)
    {
        var table = new TextTable("key", "made", "ends", "models", "limits");
        foreach (var key in keys)
        {
            table.Add(
                key.Name,
                Day(key.CreatedAt),
                key.HasExpired(time.GetUtcNow()) ? "expired"
                    : key.ExpiresAt is { } end ? Day(end)
                    : "never",
                key.Models.Count > 0 ? string.Join(", ", key.Models) : "all",
                Limits(key.Limits, days.GetValueOrDefault(key.Digest))
            );
        }

        return table;

        string Day(DateTimeOffset at) =>
            TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    // As the gateway has kept them: a minute old at most. What cannot be read is not shown, and the gateway tells of it.
    private static Dictionary<string, KeyDay> Days(ProxyOptions options, TimeProvider time)
    {
        try
        {
            var now = time.GetUtcNow();
            return new KeyDayFile(options.KeyUsagePath)
                .Read()
                .Where(day => now - day.Began < TimeSpan.FromHours(24))
                .DistinctBy(day => day.Digest)
                .ToDictionary(day => day.Digest);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Limits(KeyLimits limits, KeyDay? day)
    {
        (long? Limit, string Unit, long? Used)[] all =
        [
            (limits.RequestsPerMinute, "requests/min", null),
            (limits.RequestsPerDay, "requests/day", day?.Requests),
            (limits.TokensPerMinute, "tokens/min", null),
            (limits.TokensPerDay, "tokens/day", day?.Tokens),
        ];
        var set = all.Where(one => one.Limit is not null)
            .Select(one => $"{one.Limit} {one.Unit}{(one.Used is { } used ? $" ({used} used)" : "")}")
            .ToList();
        return set.Count > 0 ? string.Join(", ", set) : "none";
    }

    private static KeyStore Store(CommandContext context, ProxyOptions options) => new(options.KeysPath, context.Time);

    private static async Task<int> GuardAsync(Terminal terminal, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (KeyException exception)
        {
            terminal.Error(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Error($"The keys in the state folder cannot be read or written: {exception.Message}");
        }

        return ExitCode.Failed;
    }
}
