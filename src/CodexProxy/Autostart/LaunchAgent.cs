using System.Security;
using System.Text;
using CodexProxy.Options;

namespace CodexProxy.Autostart;

/// <summary>A launch agent of macOS, in the user's own domain.</summary>
internal static class LaunchAgent
{
    private const string Home = "CODEX_PROXY_HOME";
    private const string Label = "io.github." + ProductInfo.Name;

    /// <summary>The agent.</summary>
    public static ServiceDefinition Define(ServiceFacts facts)
    {
        var file = Path.Combine(facts.UserFolder, "Library", "LaunchAgents", Label + ".plist");
        // launchd names a user by number, and only a shell of that user knows it.
        return new ServiceDefinition(
            "launch agent",
            file,
            Content(facts),
            [Shell("launchctl bootout gui/$(id -u) \"$0\" 2>/dev/null; launchctl bootstrap gui/$(id -u) \"$0\"", file)],
            [Shell("launchctl bootout gui/$(id -u) \"$0\"", file)],
            Shell($"launchctl print gui/$(id -u)/{Label} | grep -q 'state = running'", file),
            null
        )
        {
            Mark = Variable(Home, HomeOf(facts)),
        };
    }

    private static IReadOnlyList<string> Shell(string script, string file) => ["/bin/sh", "-c", script, file];

    private static string HomeOf(ServiceFacts facts) => facts.Variables.GetValueOrDefault(Home, facts.StateFolder);

    private static string Variable(string name, string value) =>
        $"    <key>{name}</key>\n    <string>{SecurityElement.Escape(value)}</string>\n";

    private static string Content(ServiceFacts facts)
    {
        var plist = new StringBuilder();
        plist.Append(
            $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
              <key>Label</key>
              <string>{Label}</string>
              <key>ProgramArguments</key>
              <array>

            """
        );
        foreach (var argument in facts.Command)
        {
            plist.Append($"    <string>{SecurityElement.Escape(argument)}</string>\n");
        }

        plist.Append("  </array>\n  <key>EnvironmentVariables</key>\n  <dict>\n");
        // Also where it is the usual one: so it is known whose agent this is.
        plist.Append(Variable(Home, HomeOf(facts)));
        foreach (var (name, value) in facts.Variables.Where(variable => variable.Key != Home))
        {
            plist.Append(Variable(name, value));
        }

        return plist
            .Append(
                """
                  </dict>
                  <key>RunAtLoad</key>
                  <true/>
                  <key>KeepAlive</key>
                  <dict>
                    <key>SuccessfulExit</key>
                    <false/>
                  </dict>
                  <key>ThrottleInterval</key>
                  <integer>10</integer>
                  <key>ProcessType</key>
                  <string>Background</string>
                  <key>Umask</key>
                  <integer>63</integer>
                  <key>StandardErrorPath</key>
                  <string>/dev/null</string>
                </dict>
                </plist>

                """
            )
            .ToString();
    }
}
