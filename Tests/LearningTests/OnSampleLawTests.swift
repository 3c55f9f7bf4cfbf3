import ComputationGraph
import Integrators
import Learning
import Multiprecision
import Testing

@Test func marginsOfADeepLinearNetworkFollowTheLaw() throws {
  let problem = try Problem(
    model: DeepLinearModel(widths: [3, 2, 1]),
    data: Dataset(
      inputs: Matrix(rows: [[1, Rational(1, 2), 0], [Rational(1, 3), 2, -1]]),
      targets: Matrix(rows: [[1], [0]])),
    likelihood: .bernoulli, flow: .naturalGradient(.trainingInputs),
    initial: [
      Matrix(rows: [[Rational(1, 2), Rational(-1, 3), 1], [Rational(1, 5), Rational(2, 3), 0]]),
      Matrix(rows: [[Rational(1, 2), 1]]),
    ], times: [0, 1, 2])
  let field = try problem.vectorField()
  let trajectory = try TaylorIntegrator(digits: 50).integrate(field, from: problem.initial, at: problem.times)
  print(trajectory.statistics, trajectory.log10Error)
  let graph = Graph()
  let parameters = problem.model.parameterVariables(in: graph)
  let outputs = try problem.observables(parameters).outputs
  let f = try trajectory.samples.map {
    try graph.evaluate([outputs], variables: Array(zip(parameters, $0.state)), precision: 250)[0]
  }
  for n in 0..<2 {
    let y = BigFloat(n == 0 ? 1 : -1, precision: 250)
    for (s, t) in [(1, 1), (2, 2)] {
      let m0 = y * f[0][n, 0]
      let m =
        BigFloat(t, precision: 250)
        + BigFloat.log(onePlus: BigFloat.exp(m0) - BigFloat.exp(BigFloat(-t, precision: 250)))
      print((y * f[s][n, 0] - m).log10Magnitude)
    }
  }
}
