return await Tocsin.Demo.ShopProgram.RunAsync(args);
