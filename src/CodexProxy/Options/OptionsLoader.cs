namespace CodexProxy.Options;

/// <summary>Reads the settings: flag before environment before file before default.</summary>
public static class OptionsLoader
{
    /// <summary>Reads everything once.</summary>
    /// <param name="inputs">Where to read from.</param>
    /// <param name="listens">Whether the address matters; not for what readies the start. Default: it does.</param>
    /// <exception cref="OptionsRejectedException">Anything was wrong; it lists all of it.</exception>
    public static ProxyOptions Load(OptionInputs inputs, bool listens = true)
    {
        var loading = new Loading(inputs, listens);
        var options = loading.Run();
        return loading.Errors.Count == 0 ? options : throw new OptionsRejectedException(loading.Errors);
    }

    /// <summary>The options of somebody who has set nothing.</summary>
    /// <param name="inputs">Whose folders the paths lie in.</param>
    public static ProxyOptions Defaults(OptionInputs inputs)
    {
        var home = Path.Combine(inputs.UserFolder, ".codex-proxy");
        return new ProxyOptions
        {
            Home = home,
            ConfigPath = Path.Combine(home, "config.json"),
            CodexHome = Path.Combine(inputs.UserFolder, ".codex"),
        };
    }

    /// <summary>Refuses options that would serve other machines without a key.</summary>
    /// <exception cref="OptionsRejectedException">They would.</exception>
    internal static void RefuseExposure(ProxyOptions options)
    {
        if (Exposure(options) is { } error)
        {
            throw new OptionsRejectedException([error]);
        }
    }

    private static OptionError? Exposure(ProxyOptions options)
    {
        var server = options.Server;
        if (server.IsLoopback)
        {
            return null;
        }

        if (server.ClientAuth is ClientAuth.Any or ClientAuth.AnthropicFormat)
        {
            return new OptionError(
                NameOf("clientAuth"),
                $"other machines could use your plan through {server.Host} without a key of yours",
                "Set it to keys, or listen on 127.0.0.1."
            );
        }

        return server.ClientKeys.Count == 0 && !File.Exists(options.KeysPath)
            ? new OptionError(
                NameOf("host"),
                $"other machines could use your plan through {server.Host} without a key",
                $"Run `{ProductInfo.Name} keys add NAME`, set clientKeys (CODEX_PROXY_CLIENT_KEYS), or listen on 127.0.0.1."
            )
            : null;

        string NameOf(string path) => options.SourceOf(path) is { Name.Length: > 0 } source ? source.Name : path;
    }

    private sealed class Loading(OptionInputs inputs, bool listens)
    {
        private readonly Dictionary<string, OptionSource> _sources = [];

        public List<OptionError> Errors { get; } = [];

        public ProxyOptions Run()
        {
            var options = Defaults(inputs) with { ConfigPath = "" };

            options = Apply(options, Settings.Home, file: null);
            options = options with { Home = inputs.Absolute(options.Home) };
            options = Apply(options, Settings.ConfigPath, file: null);
            var named = options.ConfigPath.Length > 0;
            options = options with
            {
                ConfigPath = named ? inputs.Absolute(options.ConfigPath) : Path.Combine(options.Home, "config.json"),
            };

            var file = ConfigFile.Read(options.ConfigPath, inputs.Shown(options.ConfigPath), named, Errors);
            foreach (var setting in Settings.All)
            {
                if (setting.InFile)
                {
                    options = Apply(options, setting, file);
                }
            }

            options = Apply(options, ConnectionSettings.CertificatePassword, file: null);

            options = options with
            {
                CodexHome = inputs.Absolute(options.CodexHome),
                Server = options.Server with
                {
                    Certificate = AbsoluteOrNone(options.Server.Certificate),
                    CertificateKey = AbsoluteOrNone(options.Server.CertificateKey),
                },
                Alternates = options.Alternates.WithKeys(inputs.Environment),
                Sources = _sources,
            };
            if (listens && Exposure(options) is { } error)
            {
                Errors.Add(error);
            }

            return options;
        }

        private string AbsoluteOrNone(string path) => path.Length == 0 ? "" : inputs.Absolute(path);

        private ProxyOptions Apply(ProxyOptions options, Setting setting, ConfigFile? file)
        {
            // A file is checked whole, even where something stronger hides a value.
            var fromFile = ApplyFile(options, setting, file);
            if (setting.Flag is { } flag && inputs.Flags.TryGetValue(flag, out var text))
            {
                return ApplyText(options, setting, text, new(OptionOrigin.Flag, flag));
            }

            foreach (var variable in setting.Variables)
            {
                if (inputs.Environment(variable) is { } value && !string.IsNullOrWhiteSpace(value))
                {
                    return ApplyText(options, setting, value, new(OptionOrigin.Environment, variable));
                }
            }

            return fromFile;
        }

        private ProxyOptions ApplyText(ProxyOptions options, Setting setting, string text, OptionSource source)
        {
            if (setting.TryApply(options, text, out var changed))
            {
                _sources[setting.Path] = source;
                return changed;
            }

            Errors.Add(Malformed(setting, source.Name, setting.IsSecret ? "the value" : $"\"{text.Trim()}\""));
            return options;
        }

        private ProxyOptions ApplyFile(ProxyOptions options, Setting setting, ConfigFile? file)
        {
            if (file is null || !file.Values.TryGetValue(setting.Path, out var json))
            {
                return options;
            }

            if (setting.TryApply(options, json, out var changed))
            {
                _sources[setting.Path] = new(OptionOrigin.File, $"{file.Name}: {setting.Path}");
                return changed;
            }

            var shown = setting.IsSecret || json.GetRawText().Length > 80 ? "the value" : json.GetRawText();
            Errors.Add(Malformed(setting, $"{file.Name}: {setting.Path}", shown));
            return options;
        }

        private static OptionError Malformed(Setting setting, string where, string shown) =>
            new(where, $"{shown} is not {setting.Shape.Expected}", "Correct it, or remove it to use the default.");
    }
}
