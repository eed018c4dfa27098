using System.Text;
using CodexProxy.Options;

namespace CodexProxy.Autostart;

/// <summary>A unit of the user's own systemd, locked in as far as the gateway's work allows.</summary>
internal static class SystemdUnit
{
    private const string Unit = ProductInfo.Name + ".service";

    /// <summary>The unit.</summary>
    public static ServiceDefinition Define(ServiceFacts facts) =>
        new(
            "systemd user unit",
            Path.Combine(facts.ConfigFolder, "systemd", "user", Unit),
            Content(facts),
            [
                ["systemctl", "--user", "daemon-reload"],
                ["systemctl", "--user", "enable", Unit],
                ["systemctl", "--user", "restart", Unit],
            ],
            [
                ["systemctl", "--user", "disable", "--now", Unit],
            ],
            ["systemctl", "--user", "is-active", "--quiet", Unit],
            "It runs while you are logged in; `loginctl enable-linger` keeps it running after that."
        )
        {
            Mark = Writable(facts.StateFolder),
            LinkPath = Path.Combine(facts.ConfigFolder, "systemd", "user", "default.target.wants", Unit),
        };

    private static string Content(ServiceFacts facts)
    {
        var unit = new StringBuilder();
        unit.Append(
            $"""
            [Unit]
            Description={ProductInfo.Name}: Claude Code on your own ChatGPT plan
            StartLimitIntervalSec=60
            StartLimitBurst=5

            [Service]
            Type=exec
            ExecStart={string.Join(' ', facts.Command.Select(argument => Quoted(argument, isCommand: true)))}
            Restart=on-failure
            RestartSec=2
            # Wrong settings and a second server do not mend themselves.
            RestartPreventExitStatus=2 4
            # Longer than shutdownSeconds can be.
            TimeoutStopSec=90

            """
        );
        foreach (var (name, value) in facts.Variables)
        {
            unit.Append("Environment=").Append(Quoted($"{name}={value}")).Append('\n');
        }

        unit.Append(
            """

            # It needs the network, its own folders, and nothing else.
            UMask=0077
            # A picture of its memory would hold logins.
            LimitCORE=0
            NoNewPrivileges=yes
            ProtectSystem=strict
            ProtectHome=read-only

            """
        );
        foreach (var folder in facts.WritableFolders)
        {
            unit.Append(Writable(folder));
        }

        return unit.Append(
                """
                PrivateTmp=yes
                PrivateDevices=yes
                ProtectClock=yes
                ProtectControlGroups=yes
                ProtectHostname=yes
                ProtectKernelLogs=yes
                ProtectKernelModules=yes
                ProtectKernelTunables=yes
                ProtectProc=invisible
                LockPersonality=yes
                RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
                RestrictNamespaces=yes
                RestrictRealtime=yes
                RestrictSUIDSGID=yes
                SystemCallArchitectures=native
                SystemCallFilter=@system-service
                SystemCallErrorNumber=EPERM
                CapabilityBoundingSet=
                # Memory may become code: the runtime compiles while it runs.
                MemoryDenyWriteExecute=no

                [Install]
                WantedBy=default.target

                """
            )
            .ToString();
    }

    // The minus: a folder that is not there yet is no reason to refuse the start.
    private static string Writable(string folder) => $"ReadWritePaths={Quoted("-" + folder)}\n";

    // In double quotes, where a percent sign begins a specifier and, in a command, a dollar sign a variable.
    private static string Quoted(string text, bool isCommand = false)
    {
        var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal);
        return $"\"{(isCommand ? quoted.Replace("$", "$$", StringComparison.Ordinal) : quoted)}\"";
    }
}
