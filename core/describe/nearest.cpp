// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/nearest.h"

#include <algorithm>
#include <numeric>

namespace kelter {
namespace {

// Insertions, deletions and replacements that turn one name into the other (Wagner-Fischer, one row).
std::size_t edit_distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[to.size()];
}

}  // namespace

std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // nobody mistypes a longer name into a known one
  if (name.empty() || name.size() > longest) return {};
  std::string best;
  // A third of the letters, yet never all of them.
  std::size_t best_distance = std::min(std::max<std::size_t>(1, (name.size() + 1) / 3) + 1, name.size());
  for (const std::string& candidate : candidates) {
    std::size_t distance = edit_distance(name, candidate);
    const std::size_t dot = candidate.rfind('.');
    if (dot != std::string::npos && name.find('.') == std::string::npos) {
      distance = std::min(distance, edit_distance(name, candidate.substr(dot + 1)));
    }
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates,
                         const std::string& otherwise) {
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? otherwise : "Did you mean \"" + nearest + "\"?";
}

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i ? separator : "") + parts[i];
  return out;
}

}  // namespace kelter
