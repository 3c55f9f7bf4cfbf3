\\ PARI/GP has no general solver of differential equations: the Taylor method of Jorba and Zou (2005) by hand, with
\\ one dot product for a coefficient of a product of series (`exponential`), or one product of block matrices
\\ (`factorization`).
\\
\\ Before this file: places (the tolerance is 10^-places), end, initial (a vector) and target (a matrix, or []).
\\ Working precision and order are those of the other programs: places + 5, and -log(10^-places)/2 + 1.

default(realprecision, places + 5);
order = ceil(places * log(10) / 2) + 1;

largest(x) = vecmax(abs(x));

\\ The radius of convergence from the last two coefficients' sizes, over e^2, and a little less.
step_length(size, before_last, last) = {
  min((size / last)^(1. / order), (size / before_last)^(1. / (order - 1))) * exp(-2 - 0.7 / (order - 1));
}

\\ A series' value: coefficients by order.
value_at(series, h) = {
  my(sum = series[order + 1]);
  forstep(k = order, 1, -1, sum = sum * h + series[k]);
  sum;
}

\\ m' = 1 + e^-m, each entry a series of its own.
exponential_series(state) = {
  vector(#state, i,
    my(m = vector(order + 1), decay = vector(order + 1), slope = vector(order + 1));
    m[1] = state[i]; decay[1] = exp(-state[i]); slope[1] = 1 + decay[1];
    for (k = 1, order,
      m[k + 1] = slope[k] / k;
      decay[k + 1] = -(slope[1..k] * Vecrev(decay[1..k])~) / k;
      slope[k + 1] = decay[k + 1]);
    m);
}

\\ The layers' series. Left factors of products are kept as blocks side by side, right factors as blocks one below
\\ the other from the last order to the first, so that a coefficient of a product is one product of matrices.
factorization_series(layers) = {
  my(n = #target, depth = #layers, width = n * (order + 1));
  my(row = matrix(n, width), column = matrix(width, n));
  my(series = vector(depth, j, vector(order + 1)));
  my(left = vector(depth, j, row), left_transposed = vector(depth, j, row), behind = vector(depth, j, row));
  my(prefix = vector(depth, j, column), prefix_transposed = vector(depth, j, column));
  my(behind_right = vector(depth, j, column));
  for (j = 1, depth, series[j][1] = layers[j]);
  for (k = 0, order - 1,
    my(from = k * n, to = from + n, back = width - to, x, y);
    for (j = 1, depth,
      x = series[j][k + 1]; y = x~;
      for (i = 1, n, left[j][, from + i] = x[, i]; left_transposed[j][, from + i] = y[, i]));
    for (j = 1, depth,
      x = if (j == 1, series[1][k + 1], left[j][, 1..to] * prefix[j - 1][back + 1..width, ]);
      y = x~;
      for (i = 1, n, prefix[j][back + i, ] = x[i, ]; prefix_transposed[j][back + i, ] = y[i, ]));
    if (k == 0, x -= target);
    forstep (j = depth, 1, -1,
      if (j < depth, x = left_transposed[j + 1][, 1..to] * behind_right[j + 1][back + 1..width, ]);
      for (i = 1, n, behind[j][, from + i] = x[, i]; behind_right[j][back + i, ] = x[i, ]);
      series[j][k + 2] = if (j == 1, x, behind[j][, 1..to] * prefix_transposed[j - 1][back + 1..width, ]) / -(k + 1)));
  series;
}

\\ The sizes of the coefficients of orders k of all series.
size_of(series, k) = vecmax(apply(s -> if (type(s[k + 1]) == "t_MAT", largest(s[k + 1]), abs(s[k + 1])), series));

propagate(expand, start) = {
  my(state = start, t = 0., steps = 0, h, series);
  while (t < end,
    series = expand(state);
    h = step_length(max(1., size_of(series, 0)), size_of(series, order - 1), size_of(series, order));
    if (t + h > end, h = end - t);
    state = apply(s -> value_at(s, h), series);
    t += h; steps++);
  [state, steps];
}

\\ The numbers of a state in order, matrices row by row.
entries(state) = concat(apply(x -> if (type(x) == "t_MAT", concat(Vec(x~)~), [x]), state));

text(x) = Str("\"", round(x * 10^(places + 5)), "e-", places + 5, "\"");

{
  is_factorization = #target > 0;
  start = if (is_factorization,
    my(n = #target); vector(#initial / n^2, j, matrix(n, n, a, b, 1. * initial[(j - 1) * n^2 + (a - 1) * n + b])),
    1. * initial);
}

ready() = {
  printf("{\"version\": \"PARI/GP %d.%d.%d\", \"seconds\": %.3f}\n",
    version()[1], version()[2], version()[3], gettime() / 1000.);
}

run() = {
  my(expand = if (is_factorization, factorization_series, exponential_series), result, seconds);
  gettime();
  result = propagate(expand, start);
  seconds = gettime() / 1000.;
  print("{\"seconds\": ", strprintf("%.3f", seconds), ", \"steps\": ", result[2], ", \"order\": ", order,
    ", \"state\": [", strjoin(apply(text, entries(result[1])), ", "), "]}");
}
