// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/arrange.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

using Layer = std::vector<std::size_t>;  // node indices from top to bottom

// Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, IEEE Transactions on
// Systems, Man and Cybernetics 11, 1981; places within the layers by isotonic regression.
class LayeredLayout {
 public:
  LayeredLayout(const Document& document, const std::map<std::string, QSizeF>& sizes) : document_(document) {
    for (std::size_t i = 0; i < document.nodes.size(); ++i) {
      index_.emplace(document.nodes[i].id, i);
      const auto size = sizes.find(document.nodes[i].id);
      heights_.push_back(size == sizes.end() ? 56 : std::ceil(size->second.height() / look::grid) * look::grid);
    }
    before_.resize(document.nodes.size());
    behind_.resize(document.nodes.size());
    for (const Link& link : document.links) {
      const auto from = index_.find(link.from_node), to = index_.find(link.to_node);
      if (from == index_.end() || to == index_.end() || from->second == to->second) continue;
      behind_[from->second].push_back(to->second);
      before_[to->second].push_back(from->second);
    }
  }

  std::vector<Place> places() {
    find_layers();
    order_layers();
    place_layers();
    return result();
  }

 private:
  // Longest path from a source. What hangs in a circle (of a document with a problem) stays in the first layer.
  void find_layers() {
    const std::size_t count = document_.nodes.size();
    std::vector<std::size_t> waiting(count), depth(count, 0), ready;
    for (std::size_t i = 0; i < count; ++i) {
      waiting[i] = before_[i].size();
      if (waiting[i] == 0) ready.push_back(i);
    }
    for (std::size_t i = 0; i < ready.size(); ++i) {
      for (const std::size_t next : behind_[ready[i]]) {
        depth[next] = std::max(depth[next], depth[ready[i]] + 1);
        if (--waiting[next] == 0) ready.push_back(next);
      }
    }
    layers_.resize(count == 0 ? 0 : *std::max_element(depth.begin(), depth.end()) + 1);
    for (std::size_t i = 0; i < count; ++i)
      layers_[depth[i]].push_back(i);
    layer_of_ = depth;
    // A person's order from top to bottom is the first guess.
    for (Layer& layer : layers_) {
      std::stable_sort(layer.begin(), layer.end(),
                       [&](std::size_t a, std::size_t b) { return document_.nodes[a].y < document_.nodes[b].y; });
    }
  }

  void order_layers() {
    rank_.resize(document_.nodes.size());
    for (const Layer& layer : layers_)
      update_ranks(layer);
    std::vector<Layer> best = layers_;
    std::size_t fewest = crossings();
    for (int round = 0; round < 8 && fewest > 0; ++round) {
      if (round % 2 == 0) {
        for (std::size_t i = 1; i < layers_.size(); ++i)
          sort_layer(layers_[i], before_);
      } else {
        for (std::size_t i = layers_.size() - 1; i-- > 0;)
          sort_layer(layers_[i], behind_);
      }
      const std::size_t now = crossings();
      if (now < fewest) {
        fewest = now;
        best = layers_;
      }
    }
    layers_ = best;
    for (const Layer& layer : layers_)
      update_ranks(layer);
  }

  // Ranks from 0 to 1, so that layers of different length can be compared.
  void update_ranks(const Layer& layer) {
    for (std::size_t i = 0; i < layer.size(); ++i) {
      rank_[layer[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(layer.size());
    }
  }

  void sort_layer(Layer& layer, const std::vector<std::vector<std::size_t>>& neighbours) {
    std::unordered_map<std::size_t, double> center;
    for (const std::size_t node : layer) {
      double sum = 0;
      for (const std::size_t other : neighbours[node])
        sum += rank_[other];
      center[node] = neighbours[node].empty() ? rank_[node] : sum / static_cast<double>(neighbours[node].size());
    }
    std::stable_sort(layer.begin(), layer.end(), [&](std::size_t a, std::size_t b) { return center[a] < center[b]; });
    update_ranks(layer);
  }

  // Pairs of links between the same two layers that cross; not counted where that would take long.
  std::size_t crossings() const {
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::pair<double, double>>> bundles;
    for (std::size_t node = 0; node < behind_.size(); ++node) {
      for (const std::size_t next : behind_[node]) {
        bundles[{layer_of_[node], layer_of_[next]}].emplace_back(rank_[node], rank_[next]);
      }
    }
    std::size_t count = 0;
    for (auto& [layers, links] : bundles) {
      if (links.size() > 2000) return std::numeric_limits<std::size_t>::max() - 1;
      for (std::size_t a = 0; a < links.size(); ++a) {
        for (std::size_t b = a + 1; b < links.size(); ++b) {
          count += (links[a].first - links[b].first) * (links[a].second - links[b].second) < 0;
        }
      }
    }
    return count;
  }

  void place_layers() {
    top_.assign(document_.nodes.size(), 0);
    for (const Layer& layer : layers_) {
      double y = 0;
      for (const std::size_t node : layer) {
        top_[node] = y;
        y += heights_[node] + look::gap;
      }
    }
    for (int round = 0; round < 6; ++round) {
      if (round % 2 == 0) {
        for (std::size_t i = 0; i < layers_.size(); ++i)
          pull(layers_[i], before_);
      } else {
        for (std::size_t i = layers_.size(); i-- > 0;)
          pull(layers_[i], behind_);
      }
    }
  }

  // Each node as near to the middle of its neighbours as the order and the distances allow, in the sense of least
  // squares: with the offsets of a tight stack taken off, the places only have to rise (pool adjacent violators).
  void pull(const Layer& layer, const std::vector<std::vector<std::size_t>>& neighbours) {
    struct Pool {
      double sum;
      std::size_t count;
      double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Pool> pools;
    double offset = 0;
    for (const std::size_t node : layer) {
      double wanted = top_[node];
      if (!neighbours[node].empty()) {
        double middle = 0;
        for (const std::size_t other : neighbours[node])
          middle += top_[other] + heights_[other] / 2;
        wanted = middle / static_cast<double>(neighbours[node].size()) - heights_[node] / 2;
      }
      pools.push_back({wanted - offset, 1});
      offset += heights_[node] + look::gap;
      while (pools.size() > 1 && pools[pools.size() - 2].mean() >= pools.back().mean()) {
        const Pool last = pools.back();
        pools.pop_back();
        pools.back().sum += last.sum;
        pools.back().count += last.count;
      }
    }
    std::size_t i = 0;
    offset = 0;
    for (const Pool& pool : pools) {
      for (std::size_t k = 0; k < pool.count; ++k, ++i) {
        top_[layer[i]] = look::snapped(pool.mean()) + offset;  // the offsets lie on the grid
        offset += heights_[layer[i]] + look::gap;
      }
    }
  }

  std::vector<Place> result() const {
    double left = std::numeric_limits<double>::max(), old_top = left, new_top = left;
    for (std::size_t i = 0; i < document_.nodes.size(); ++i) {
      left = std::min(left, document_.nodes[i].x);
      old_top = std::min(old_top, document_.nodes[i].y);
      new_top = std::min(new_top, top_[i]);
    }
    std::vector<Place> places;
    for (std::size_t i = 0; i < document_.nodes.size(); ++i) {
      const double x = static_cast<double>(layer_of_[i]) * (look::node_width + look::column_gap);
      places.push_back({document_.nodes[i].id, look::snapped(left) + x, look::snapped(old_top) + top_[i] - new_top});
    }
    return places;
  }

  const Document& document_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::vector<std::size_t>> before_, behind_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> layer_of_;
  std::vector<double> rank_, heights_, top_;
};

QRectF around(const std::vector<Box>& boxes) {
  QRectF rect;
  for (const Box& box : boxes)
    rect |= box.rect;
  return rect;
}

}  // namespace

std::vector<Place> auto_layout(const Document& document, const std::map<std::string, QSizeF>& sizes) {
  return LayeredLayout(document, sizes).places();
}

std::vector<Place> aligned(const std::vector<Box>& boxes, Alignment alignment) {
  const QRectF all = around(boxes);
  std::vector<Place> places;
  for (const Box& box : boxes) {
    QPointF place = box.rect.topLeft();
    switch (alignment) {
      case Alignment::left:
        place.setX(all.left());
        break;
      case Alignment::top:
        place.setY(all.top());
        break;
      case Alignment::centers_in_row:
        place.setY(all.center().y() - box.rect.height() / 2);
        break;
      case Alignment::centers_in_column:
        place.setX(all.center().x() - box.rect.width() / 2);
        break;
    }
    places.push_back({box.id, place.x(), place.y()});
  }
  return places;
}

std::vector<Place> distributed(const std::vector<Box>& boxes, Qt::Orientation orientation) {
  if (boxes.size() < 3) return {};
  const bool across = orientation == Qt::Horizontal;
  std::vector<Box> sorted = boxes;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Box& a, const Box& b) {
    return across ? a.rect.center().x() < b.rect.center().x() : a.rect.center().y() < b.rect.center().y();
  });
  double filled = 0;
  for (const Box& box : sorted)
    filled += across ? box.rect.width() : box.rect.height();
  const QRectF first = sorted.front().rect, last = sorted.back().rect;
  const double span = across ? last.right() - first.left() : last.bottom() - first.top();
  const double distance = (span - filled) / static_cast<double>(sorted.size() - 1);
  std::vector<Place> places;
  double at = across ? first.left() : first.top();
  for (const Box& box : sorted) {
    places.push_back({box.id, across ? std::round(at) : box.rect.left(), across ? box.rect.top() : std::round(at)});
    at += (across ? box.rect.width() : box.rect.height()) + distance;
  }
  return places;
}

QRectF free_place(QRectF wanted, const std::vector<QRectF>& taken, double distance) {
  const auto hit = [&](const QRectF& rect) {
    return rect.adjusted(-distance, -distance, distance, distance).intersects(wanted);
  };
  for (auto other = std::find_if(taken.begin(), taken.end(), hit); other != taken.end();
       other = std::find_if(taken.begin(), taken.end(), hit)) {
    wanted.moveTop(std::ceil((other->bottom() + distance) / look::grid) * look::grid);
  }
  return wanted;
}

}  // namespace kelter::ui
