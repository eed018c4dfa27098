using CodexProxy.Commands;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Terminals;

return await CommandLine.RunAsync(
    args,
    new CommandContext(Terminal.OfProcess(), OptionInputs.OfProcess, GatewaySurroundings.Real),
    CancellationToken.None
);
