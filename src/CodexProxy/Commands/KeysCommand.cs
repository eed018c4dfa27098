using System.CommandLine;
using System.Globalization;
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
            Table(keys, context.Time).WriteTo(context.Terminal);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static TextTable Table(IReadOnlyList<NamedKey> keys, TimeProvider time)
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
                Limits(key.Limits)
            );
        }

        return table;

        string Day(DateTimeOffset at) =>
            TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Limits(KeyLimits limits)
    {
        (long? Limit, string Unit)[] all =
        [
            (limits.RequestsPerMinute, "requests/min"),
            (limits.RequestsPerDay, "requests/day"),
            (limits.TokensPerMinute, "tokens/min"),
            (limits.TokensPerDay, "tokens/day"),
        ];
        var set = all.Where(one => one.Limit is not null).Select(one => $"{one.Limit} {one.Unit}").ToList();
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
            terminal.Error("The keys in the state folder cannot be read or written. Make it writable for this user.");
        }

        return ExitCode.Failed;
    }
}
