"""FisherFlow's integrator beside other systems, each through what it offers its users: see Benchmarks/README.md."""
