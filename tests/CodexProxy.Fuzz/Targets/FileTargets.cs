using System.Text;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Keys;
using CodexProxy.Options;

namespace CodexProxy.Fuzz.Targets;

/// <summary><c>config.json</c>: what is wrong with it is told, and nothing else happens.</summary>
internal sealed class ConfigTarget() : FuzzTarget("config", 1, new JsonSource(Samples))
{
    private static readonly ProxyOptions Defaults = new()
    {
        Home = "/h",
        ConfigPath = "/h/config.json",
        CodexHome = "/h/.codex",
    };

    private static readonly byte[][] Samples = [Sample()];

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var errors = new List<OptionError>();
        var file = ConfigFile.Parse(input, "config.json", errors);
        var options = Defaults;
        foreach (var setting in Settings.All)
        {
            if (file.Values.TryGetValue(setting.Path, out var json) && setting.TryApply(options, json, out var changed))
            {
                options = changed;
                _ = setting.Text(options);
                _ = setting.Shown(options);
            }
        }

        return errors.Count == 0;
    }

    // Every setting with its default, and the forms that lists and groups take.
    private static byte[] Sample()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var group in Settings.All.Where(setting => setting.InFile).GroupBy(setting => Head(setting.Path)))
            {
                if (group.Key.Length > 0)
                {
                    writer.WriteStartObject(group.Key);
                }

                foreach (var setting in group)
                {
                    writer.WritePropertyName(setting.Path[(setting.Path.LastIndexOf('.') + 1)..]);
                    var text = setting.Text(Defaults);
                    if (long.TryParse(text, out var number))
                    {
                        writer.WriteNumberValue(number);
                    }
                    else if (bool.TryParse(text, out var truth))
                    {
                        writer.WriteBooleanValue(truth);
                    }
                    else
                    {
                        writer.WriteStringValue(text);
                    }
                }

                if (group.Key.Length > 0)
                {
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static string Head(string path) =>
        path.Contains('.', StringComparison.Ordinal) ? path[..path.IndexOf('.', StringComparison.Ordinal)] : "";
}

/// <summary><c>keys.json</c>: read as it was written, or refused.</summary>
internal sealed class KeysTarget()
    : FuzzTarget(
        "keys",
        1,
        new JsonSource([
            Encoding.UTF8.GetBytes(
                $$"""{"version":1,"keys":[{"sha256":"{{new string('a', 64)}}","name":"one","created_at":"2026-01-02T03:04:05Z","expires_at":"2027-01-02T03:04:05+01:00","models":["gpt-5.5","claude-*"],"requests_per_minute":5,"requests_per_day":6,"tokens_per_minute":7,"tokens_per_day":8},{"sha256":"{{new string('0', 64)}}","name":"two","created_at":"2026-01-02T03:04:05Z"}]}"""
            ),
        ])
    )
{
    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        IReadOnlyList<NamedKey> keys;
        try
        {
            keys = KeyDocument.Read(input);
        }
        catch (JsonException)
        {
            return false;
        }

        var written = KeyDocument.Write(keys);
        Holds(
            KeyDocument.Write(KeyDocument.Read(written)).AsSpan().SequenceEqual(written),
            "keys change when they are kept"
        );
        return true;
    }
}

/// <summary>Files of accounts and logins.</summary>
internal sealed class AccountTarget()
    : FuzzTarget(
        "account",
        1,
        new JsonSource([
            .. Fixtures.Read("codex-backend/json", "auth.json*"),
            .. Fixtures.Read("codex-backend/json", "token-response.json"),
            .. Fixtures.Read("codex-backend/json", "jwt-claims.json"),
            """{"version":1,"added_at":"2026-01-02T03:04:05Z","origin":"import","auth_mode":"chatgpt","tokens":{"id_token":"a.e30.c","access_token":"a.eyJleHAiOjF9.c","refresh_token":"r","account_id":"a"},"last_refresh":"2026-01-02T03:04:05Z"}"""u8.ToArray(),
            """{"version":1,"origin":"link","link":"/h/.codex/auth.json","store":"keyring"}"""u8.ToArray(),
            """{"version":1,"active":"k","strategy":"round-robin"}"""u8.ToArray(),
        ])
    )
{
    private static readonly DateTimeOffset Now = FailureTarget.Now;

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        _ = TokenAnswer.Read(input);
        _ = TokenClaims.Read($"a.{Convert.ToBase64String(input).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c");
        var read = Accepts(() => AccountDocument.Read(input));
        read |= Accepts(() => AccountSelection.Read(input));
        if (Accepts(() => AuthDocument.Read(input)) && AuthDocument.Read(input) is StoredLogin.Tokens)
        {
            var kept = AuthDocument.Replace(input, new RefreshedTokens(new("new"), null, null), Now);
            Holds(AuthDocument.Read(kept) is StoredLogin.Tokens, "a login is lost when it is renewed");
            var adopted = AccountDocument.Adopt(input, AccountOrigin.Import, Now);
            Holds(AuthDocument.Read(adopted) is StoredLogin.Tokens, "a login is lost when it is adopted");
        }

        return read;
    }

    private static bool Accepts<T>(Func<T> read)
    {
        try
        {
            read();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Settings files of people: edited where they stand, and given back as they were.</summary>
internal sealed class SettingsFileTarget()
    : FuzzTarget(
        "settings-file",
        1,
        new JsonSource([
            """{"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1","A":"b"},"permissions":{"allow":["Bash"],"deny":[]},"model":"opus","apiKeyHelper":"x"}"""u8.ToArray(),
            """{"a":1,"env":{},"b":[{}]}"""u8.ToArray(),
        ])
    )
{
    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        try
        {
            var editor = new JsonTextEditor(input);
            var before = editor.ToBytes();
            var found = editor.Find("env", "NEW");
            editor.SetText("v\"\n", "env", "NEW");
            Holds(editor.FindText("env", "NEW") == "v\"\n", "what was set is not there");
            editor.Remove("env", "NEW");
            Holds(editor.Find("env", "NEW") is null, "what was removed is there");
            editor = new JsonTextEditor(editor.ToBytes());
            return before.Length > 0 && found is null;
        }
        catch (JsonTextException)
        {
            return false;
        }
    }
}
