// SPDX-License-Identifier: GPL-3.0-or-later
// make_tiny_llama FILE.gguf [LAYERS [INTERMEDIATE CONTEXT]]: a model for tests of the window, which link no engine.
#include <cstdio>
#include <cstdlib>

#include "tests/support/tiny_llama.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_tiny_llama FILE.gguf [LAYERS [INTERMEDIATE CONTEXT]]\n");
    return 2;
  }
  kelter::test::TinyLlama options;
  if (argc > 2) options.layers = std::atoi(argv[2]);
  if (argc > 4) {
    options.intermediate = std::atoi(argv[3]);
    options.context = std::atoi(argv[4]);
  }
  try {
    kelter::test::write_tiny_llama(argv[1], options);
  } catch (const kelter::Error& error) {
    std::fprintf(stderr, "%s\n", error.info().text().c_str());
    return 1;
  }
  return 0;
}
