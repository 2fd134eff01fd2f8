// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/Parallel.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include "core/base/parallel.h"
#include "core/measure/perplexity.h"
#include "core/formats/dense_weight.h"
#include "core/model/generate.h"
#include "core/kernels/dispatch.h"
using namespace kelter;
struct Ctx : NullContext { void progress(std::int64_t a, std::int64_t b, std::string_view) override { if (a % 24 == 0) fprintf(stderr, "%ld/%ld\n", a, b);} };
int main(int, char** argv) {
  set_parallel_backend([](std::int64_t b, std::int64_t e, std::int64_t g, const ParallelBody& f) { at::parallel_for(b, e, g, f); });
  at::set_num_threads(2);
  auto t0 = std::chrono::steady_clock::now();
  try {
    auto m = open_model(argv[1]);
    auto s1 = std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count();
    printf("open %.2f\n", s1);
    if (std::string(argv[2]) == "gen") {
      GenerateOptions o; o.stop_at_end = false; o.max_tokens = 64;
      auto ids = m.tokenizer->encode("The capital of France is");
      if (argv[4]) { auto base = ids; while ((int)ids.size() < atoi(argv[4])) ids.insert(ids.end(), base.begin(), base.end()); }
      auto g = generate(m, dtype_from_name(argv[3]), ids, o);
      for (auto i : g.ids) printf("%d ", i);
      printf("\n%s\nprefill %.3f decode %.1f tok/s\n", m.tokenizer->decode(g.ids).c_str(), g.prefill_seconds, 63 / g.decode_seconds);
    } else {
      Transformer t(m, dtype_from_name(argv[3]));
      Ctx c;
      PerplexityRequest r; r.text = argv[2]; r.format = "wikitext-lines"; r.window = 1024; r.limit = atol(argv[4]);
      auto p = measure_perplexity(t, *m.tokenizer, r, c);
      printf("%.6f +- %.4f windows %ld\n", p.value, p.standard_error, p.windows);
      for (int i = 0; i < 5 && i < (int)p.window_nll.size(); ++i) printf("%.9f ", p.window_nll[i]);
    }
    for (auto& [k, v] : kernel_counts()) printf("\n%s %lu %.1f MB", k.c_str(), v.calls, v.bytes_read / 1e6);
    printf("\n%.1f s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count());
  } catch (const Error& e) { fprintf(stderr, "%s\n", e.what()); return 1; }
}
