/** How a picture lies in the tensor that was made of it. */

/** A point of the tensor less `left` and `top`, divided by the scales, is a point of the picture, which has this size. */
export type PictureView = {
  left: number
  top: number
  scaleX: number
  scaleY: number
  width: number
  height: number
}
