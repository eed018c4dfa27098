using CodexProxy.Commands;
using CodexProxy.Hosting;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Terminals;

MemoryDumps.Forbid(Environment.GetEnvironmentVariable);
return await CommandLine.RunAsync(
    args,
    new CommandContext(Terminal.OfProcess(), OptionInputs.OfProcess, GatewaySurroundings.Real),
    CancellationToken.None
);
