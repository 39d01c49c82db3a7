// Student's t distribution, for the few blocks that a slow kernel leaves time for.
#pragma once

namespace cudal1::measure {

// The t with P(|T| <= t) = confidence for `degrees` >= 1 degrees of freedom, confidence in (0, 1).
double student_t(double confidence, int degrees);

}  // namespace cudal1::measure
