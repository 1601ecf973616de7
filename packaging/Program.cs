return await Tocsin.Packaging.Packages.RunAsync(args);
