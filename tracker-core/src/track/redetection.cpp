// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/redetection.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace siamtrack {
namespace {

struct Cell {
  int x = 0;
  int y = 0;
};

/// Number of cells in all square rings up to `ring`.
constexpr int cells_within(int ring) { return (2 * ring + 1) * (2 * ring + 1); }

/// The index-th cell of a square spiral about (0, 0); index 0 is the centre.
Cell spiral_cell(int index) {
  int ring = 0;
  while (cells_within(ring) <= index) ++ring;
  if (ring == 0) return {};
  const int side = 2 * ring;
  const int position = index - cells_within(ring - 1);
  const int step = position % side;
  switch (position / side) {
    case 0:
      return {-ring + step, -ring};
    case 1:
      return {ring, -ring + step};
    case 2:
      return {ring - step, ring};
    default:
      return {-ring, ring - step};
  }
}

bool inside(double x, double y, Size frame) {
  return x >= 0 && y >= 0 && x < frame.width && y < frame.height;
}

/// Moves to the turn-th place of the spiral that lies inside the frame; starts again when all have
/// been visited.
void move_on_spiral(TrackState& state, Size frame, double spacing, int turn) {
  const double reach = std::max({state.centre_x, frame.width - state.centre_x, state.centre_y,
                                 frame.height - state.centre_y, 0.0});
  const int rings = static_cast<int>(std::ceil(reach / spacing));
  std::vector<Cell> places;
  for (int i = 1; i < cells_within(rings); ++i) {
    const Cell cell = spiral_cell(i);
    if (inside(state.centre_x + cell.x * spacing, state.centre_y + cell.y * spacing, frame)) {
      places.push_back(cell);
    }
  }
  if (places.empty()) return;
  const Cell cell = places[static_cast<std::size_t>(turn) % places.size()];
  state.centre_x += cell.x * spacing;
  state.centre_y += cell.y * spacing;
}

/// Moves to the turn-th place of a grid over the frame, row by row.
void move_on_grid(TrackState& state, Size frame, double spacing, int turn) {
  const int columns = std::max(1, static_cast<int>(std::ceil(frame.width / spacing)));
  const int rows = std::max(1, static_cast<int>(std::ceil(frame.height / spacing)));
  const int column = turn % columns;
  const int row = turn / columns % rows;
  state.centre_x = (column + 0.5) * frame.width / columns;
  state.centre_y = (row + 0.5) * frame.height / rows;
}

}  // namespace

TrackState search_place(const TrackState& state, Size frame, double search_side,
                        const TrackConfig& config) {
  TrackState place = state;
  if (state.status != TrackStatus::kLost || config.redetect == Redetect::kNone) return place;
  // A place less than this apart from the next leaves no gap: the target may lie up to a quarter of
  // the region away from the centre and is still seen whole. A floor bounds the number of places.
  constexpr double kFewestPlacesAcross = 64;
  const double spacing =
      std::max(search_side / 2, std::max(frame.width, frame.height) / kFewestPlacesAcross);
  const int kinds = config.redetect == Redetect::kLocal ? 2 : 3;
  const int search = state.lost_frames / std::max(1, config.redetect_interval);
  const int turn = search / kinds;
  switch (search % kinds) {
    case 1:
      move_on_spiral(place, frame, spacing, turn);
      break;
    case 2:
      move_on_grid(place, frame, spacing, turn);
      break;
    default:
      break;
  }
  return place;
}

bool searches_now(const TrackState& state, const TrackConfig& config) {
  return state.status != TrackStatus::kLost || config.redetect_interval <= 1 ||
         state.lost_frames % config.redetect_interval == 0;
}

}  // namespace siamtrack
