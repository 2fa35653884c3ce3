return await Gatepost.Program.RunAsync(args);
