package findings

func (x *scope) sprays() {}
