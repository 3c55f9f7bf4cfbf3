// Boost: odeint's Bulirsch-Stoer method, whose order adapts to the tolerance, on Boost.Multiprecision's MPFR numbers
// of fixed size. (Its Runge-Kutta-Fehlberg 7(8) took nine times as long at 30 digits.)
//
// Built with -DDIGITS=N for a tolerance of 10^-N; numbers have five digits more. Standard input: the problem's family,
// its end, the numbers of initial and target values, and these as fractions; then an empty line for each run. Output:
// one JSON document a line, as in worker.py.

#include <boost/multiprecision/mpfr.hpp>
#include <boost/numeric/odeint.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace mp = boost::multiprecision;
using Real = mp::number<mp::mpfr_float_backend<DIGITS + 5, mp::allocate_stack>, mp::et_off>;
using State = std::vector<Real>;

// odeint takes the nested `value_type` of numbers for the type of a container's elements.
namespace boost::numeric::odeint::detail {
template <>
struct extract_value_type<Real, void> {
  using type = Real;
};
}  // namespace boost::numeric::odeint::detail

namespace {

struct Problem {
  Real end;
  State initial;
  State target;  // n x n by rows; empty for `exponential`
};

Real fraction(const std::string& text) {
  const auto bar = text.find('/');
  return bar == std::string::npos ? Real(text) : Real(text.substr(0, bar)) / Real(text.substr(bar + 1));
}

State fractions(std::istream& input, std::size_t count) {
  State numbers;
  for (std::string text; numbers.size() < count && input >> text;) numbers.push_back(fraction(text));
  return numbers;
}

Problem read_problem() {
  std::string line, end;
  std::getline(std::cin, line);
  std::istringstream input(line);
  std::size_t initial_count = 0, target_count = 0;
  input >> end >> initial_count >> target_count;
  Problem problem{fraction(end), fractions(input, initial_count), {}};
  problem.target = fractions(input, target_count);
  return problem;
}

// m' = 1 + e^-m, entry by entry.
void exponential(const State& state, State& velocity, const Real&) {
  for (std::size_t i = 0; i < state.size(); ++i) velocity[i] = 1 + exp(-state[i]);
}

// The gradient flow of |W_L...W_1 - Y|^2 / 2, by prefix products and one pass back.
class Factorization {
 public:
  explicit Factorization(const Problem& problem)
      : target_(problem.target),
        count_(target_.size()),
        n_(static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(count_))))),
        depth_(problem.initial.size() / count_),
        prefixes_(problem.initial.size()),
        behind_(count_),
        scratch_(count_) {}

  void operator()(const State& state, State& velocity, const Real&) {
    std::copy(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(count_), prefixes_.begin());
    for (std::size_t j = 1; j < depth_; ++j)
      multiply(&state[j * count_], false, &prefixes_[(j - 1) * count_], false, &prefixes_[j * count_]);
    for (std::size_t i = 0; i < count_; ++i) behind_[i] = target_[i] - prefixes_[(depth_ - 1) * count_ + i];
    for (std::size_t j = depth_ - 1; j > 0; --j) {
      multiply(behind_.data(), false, &prefixes_[(j - 1) * count_], true, &velocity[j * count_]);
      multiply(&state[j * count_], true, behind_.data(), false, scratch_.data());
      behind_.swap(scratch_);
    }
    std::copy(behind_.begin(), behind_.end(), velocity.begin());
  }

 private:
  // result = a b, with either factor transposed.
  void multiply(const Real* a, bool a_transposed, const Real* b, bool b_transposed, Real* result) const {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j) {
        Real sum = 0;
        for (std::size_t k = 0; k < n_; ++k)
          sum += (a_transposed ? a[k * n_ + i] : a[i * n_ + k]) * (b_transposed ? b[j * n_ + k] : b[k * n_ + j]);
        result[i * n_ + j] = sum;
      }
  }

  State target_;
  std::size_t count_, n_, depth_;
  State prefixes_, behind_, scratch_;
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The field by reference: odeint copies what it is given at every step.
template <class Field>
void run(Field& field, const Problem& problem) {
  namespace odeint = boost::numeric::odeint;
  const Real tolerance = pow(Real(10), -DIGITS);
  const double start = cpu_seconds();
  State state = problem.initial;
  odeint::bulirsch_stoer<State, Real> stepper(tolerance, tolerance, Real(1), Real(1));
  const std::size_t steps =
      odeint::integrate_adaptive(stepper, std::ref(field), state, Real(0), problem.end, Real(1) / 100);
  std::cout << "{\"seconds\": " << cpu_seconds() - start << ", \"steps\": " << steps
            << ", \"order\": null, \"state\": [";
  for (std::size_t i = 0; i < state.size(); ++i) std::cout << (i ? ", " : "") << '"' << state[i].str() << '"';
  std::cout << "]}" << std::endl;
}

}  // namespace

int main() {
  const Problem problem = read_problem();
  std::cout << "{\"version\": \"Boost " << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000
            << ", MPFR " << mpfr_get_version() << "\", \"seconds\": " << cpu_seconds() << "}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (problem.target.empty()) {
      run(exponential, problem);
    } else {
      Factorization field(problem);
      run(field, problem);
    }
  }
}
