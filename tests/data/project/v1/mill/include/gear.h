#pragma once
#include <vector>

namespace mill::inner {

struct Shaft;

// A gear holds teeth.
struct MILL_API Gear final : Base {
 public:
  explicit Gear(int teeth = 0) : teeth_(teeth) {
    for (const auto& t : all()) {
      add(t);
    }
  }

  /* Turn once. */
  template <typename T>
  T operator()(T by) {
#ifdef MILL_FAST
    auto guard = Guard{};
#endif
    if (by < 0)
      return stop();
    else if (by == 0) {
      return rest();
    } else {
      count_ += by;
    }
    switch (count_) {
      case 1:
        return one();
      default:
        break;
    }
    return count_;
  }

  int teeth() const {
    return teeth_;
  }

 private:
  int teeth_;
  int count_ = 0;
};

enum class Side { left, right };

} // namespace mill::inner
