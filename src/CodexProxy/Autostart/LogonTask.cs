using System.Security;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Options;

namespace CodexProxy.Autostart;

/// <summary>A task of Windows that starts when the user logs on.</summary>
internal static class LogonTask
{
    /// <summary>The task.</summary>
    public static ServiceDefinition Define(ServiceFacts facts)
    {
        var file = Path.Combine(facts.StateFolder, "logon-task.xml");
        var name = NameFor(facts.StateFolder);
        return new ServiceDefinition(
            "scheduled task",
            file,
            Content(facts),
            [
                ["schtasks", "/Create", "/TN", name, "/XML", file, "/F"],
                ["schtasks", "/Run", "/TN", name],
            ],
            [
                ["schtasks", "/End", "/TN", name],
                ["schtasks", "/Delete", "/TN", name, "/F"],
            ],
            ["cmd", "/c", $"schtasks /Query /TN {name} /FO LIST | findstr /C:\"Running\""],
            facts.Variables.Count > 0
                ? $"A task has no variables of its own: set {string.Join(" and ", facts.Variables.Keys)} for your user with `setx`."
                : null
        );
    }

    // The tasks of a machine have one list: each state folder, and so each user, needs a name of its own. Case means nothing there.
    private static string NameFor(string stateFolder)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateFolder)).ToUpperInvariant();
        return $"{ProductInfo.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12]}";
    }

    private static string Content(ServiceFacts facts) =>
        $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
              <RegistrationInfo>
                <Description>{ProductInfo.Name}: Claude Code on your own ChatGPT plan</Description>
              </RegistrationInfo>
              <Triggers>
                <LogonTrigger>
                  <Enabled>true</Enabled>
                </LogonTrigger>
              </Triggers>
              <Principals>
                <Principal id="Author">
                  <LogonType>InteractiveToken</LogonType>
                  <RunLevel>LeastPrivilege</RunLevel>
                </Principal>
              </Principals>
              <Settings>
                <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
                <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
                <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
                <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
                <Hidden>true</Hidden>
                <RestartOnFailure>
                  <Interval>PT1M</Interval>
                  <Count>5</Count>
                </RestartOnFailure>
              </Settings>
              <Actions Context="Author">
                <Exec>
                  <Command>{SecurityElement.Escape(facts.Command[0])}</Command>
                  <Arguments>{SecurityElement.Escape(Arguments(facts.Command.Skip(1)))}</Arguments>
                </Exec>
              </Actions>
            </Task>

            """;

    // As the C runtime takes a command line apart: backslashes count only before a quote.
    private static string Arguments(IEnumerable<string> arguments)
    {
        var line = new StringBuilder();
        foreach (var argument in arguments)
        {
            line.Append(line.Length == 0 ? "" : " ").Append('"');
            var slashes = 0;
            foreach (var letter in argument)
            {
                if (letter == '"')
                {
                    line.Append('\\', slashes + 1);
                }

                slashes = letter == '\\' ? slashes + 1 : 0;
                line.Append(letter);
            }

            line.Append('\\', slashes).Append('"');
        }

        return line.ToString();
    }
}
