using Tocsin.Commands;

return await CommandLine.RunAsync(args);
