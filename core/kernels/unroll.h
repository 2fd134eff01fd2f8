// SPDX-License-Identifier: GPL-3.0-or-later
// A loop that is certain to be unrolled: GCC keeps an array of vectors in registers only if every index is a
// constant early on, which its own loop unrolling does not promise. The function that repeats is [[gnu::flatten]],
// so that the bodies are inlined. Internal linkage, for files compiled for one instruction set.
#pragma once

namespace kelter {
namespace {

// body(0), ..., body(count - 1)
template <int count, class Body>
inline void repeat(const Body& body) {
  if constexpr (count > 0) {
    repeat<count - 1>(body);
    body(count - 1);
  }
}

}  // namespace
}  // namespace kelter
